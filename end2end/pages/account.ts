// Signing in, one's own account, and the room in which administrators invite staff.
import type { Locator, Page } from "@playwright/test";
import { OVERVIEW } from "./desk.ts";

class AccountPages {
  constructor(private readonly page: Page) {}

  // signing in

  get username(): Locator {
    return this.page.getByLabel("Tên đăng nhập");
  }
  get password(): Locator {
    return this.page.getByLabel("Mật khẩu");
  }
  get code(): Locator {
    return this.page.getByLabel("Mã xác thực");
  }
  get sendCode(): Locator {
    return this.page.getByRole("button", { name: "Đăng nhập", exact: true });
  }
  get signInHeading(): Locator {
    return this.page.getByRole("heading", { name: "Đăng nhập" });
  }
  /** Where one is after signing in. */
  get deskHeading(): Locator {
    return this.page.getByRole("heading", { name: "Bàn duyệt" });
  }
  async signIn(name: string, password: string): Promise<void> {
    await this.username.fill(name);
    await this.password.fill(password);
    await this.page.getByRole("button", { name: "Đăng nhập" }).click();
  }
  async enterCode(code: string): Promise<void> {
    await this.code.fill(code);
    await this.sendCode.click();
  }

  // one's own account

  /** Types a new password twice. */
  async fillNewPassword(password: string): Promise<void> {
    await this.page.getByLabel("Mật khẩu mới", { exact: true }).fill(password);
    await this.page.getByLabel("Nhập lại mật khẩu mới").fill(password);
  }
  get currentPassword(): Locator {
    return this.page.locator("#current");
  }
  get passwordToTurnOn(): Locator {
    return this.page.locator("#hien-tai-bat");
  }
  get turnOnSecondFactor(): Locator {
    return this.page.getByRole("button", { name: "Bật xác thực hai lớp" });
  }
  get secret(): Locator {
    return this.page.locator(".steps code");
  }
  get recoveryCodes(): Locator {
    return this.page.locator(".codes code");
  }
  get otherSession(): Locator {
    return this.page.locator(".row", { hasNotText: "phiên này" });
  }

  // the staff room

  get displayName(): Locator {
    return this.page.getByLabel("Tên hiển thị");
  }
  get role(): Locator {
    return this.page.locator("#role");
  }
  get passwordToInvite(): Locator {
    return this.page.locator("#hien-tai-moi");
  }
  get invite(): Locator {
    return this.page.getByRole("button", { name: "Tạo liên kết mời" });
  }
  invitation(displayName: string): Locator {
    return this.page.getByLabel(`Liên kết mời ${displayName}`);
  }
  member(username: string): Locator {
    return this.page.locator(".member", { hasText: username });
  }
}

export function account(page: Page): AccountPages {
  return new AccountPages(page);
}

/** Signs in where `path` asks for it, and comes back there. */
export async function signIn(page: Page, name: string, password: string, path = OVERVIEW): Promise<void> {
  await page.goto(path);
  await account(page).signIn(name, password);
}

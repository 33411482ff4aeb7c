// Signing in, accepting an invitation, and the room in which staff change their account.
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
  /** The heading of the page that opens after signing in. */
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

  // accepting an invitation

  get invitationHeading(): Locator {
    return this.page.getByRole("heading", { name: "Nhận lời mời" });
  }
  greeting(displayName: string): Locator {
    return this.page.getByText(`Chào ${displayName}.`);
  }
  get acceptInvitation(): Locator {
    return this.page.getByRole("button", { name: "Nhận lời mời" });
  }

  // password and sessions

  /** Types a new password twice. */
  async fillNewPassword(password: string): Promise<void> {
    await this.page.getByLabel("Mật khẩu mới", { exact: true }).fill(password);
    await this.page.getByLabel("Nhập lại mật khẩu mới").fill(password);
  }
  get currentPassword(): Locator {
    return this.page.locator("#current");
  }
  get changePassword(): Locator {
    return this.page.getByRole("button", { name: "Đổi mật khẩu" });
  }
  get passwordChanged(): Locator {
    return this.page.getByText("Đã đổi mật khẩu.");
  }
  get sessionsHeading(): Locator {
    return this.page.getByRole("heading", { name: "Các phiên đăng nhập" });
  }
  get otherSession(): Locator {
    return this.page.locator(".row", { hasNotText: "phiên này" });
  }
  get endOtherSession(): Locator {
    return this.otherSession.getByRole("button");
  }
  get sessionEnded(): Locator {
    return this.page.getByText("Đã kết thúc phiên đăng nhập.");
  }

  // second factor

  get passwordForSecondFactor(): Locator {
    return this.page.locator("#hien-tai-bat");
  }
  get enableSecondFactor(): Locator {
    return this.page.getByRole("button", { name: "Bật xác thực hai lớp" });
  }
  get qrCode(): Locator {
    return this.page.getByRole("img", { name: /Mã QR/ });
  }
  get secret(): Locator {
    return this.page.locator(".steps code");
  }
  async confirmSecondFactor(code: string): Promise<void> {
    await this.page.getByLabel("Mã 6 chữ số").fill(code);
    await this.page.getByRole("button", { name: "Xác nhận và bật" }).click();
  }
  get recoveryCodes(): Locator {
    return this.page.locator(".codes code");
  }
  recoveryCodesLeft(count: number): Locator {
    return this.page.getByText(`Còn ${count} mã dự phòng.`);
  }
}

export function account(page: Page): AccountPages {
  return new AccountPages(page);
}

/** Opens a page of the desk that asks for signing in, and signs in. */
export async function signIn(page: Page, name: string, password: string, path = OVERVIEW): Promise<void> {
  await page.goto(path);
  await account(page).signIn(name, password);
}

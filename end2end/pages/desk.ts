// The frame of the desk: addresses and navigation of its rooms, signing out, and the dialog of an idle session.
import type { Locator, Page } from "@playwright/test";

export const OVERVIEW = "/quan-tri";
export const QUEUE = "/quan-tri/y-kien";
export const BLOCKED = "/quan-tri/nguoi-bi-chan";
export const SAVED_ANSWERS = "/quan-tri/cau-tra-loi";
export const VOTES = "/quan-tri/danh-gia";
export const CLOSURES = "/quan-tri/dong-mo";
export const TERMS = "/quan-tri/tu-ngu";
export const FIGURES = "/quan-tri/so-lieu";
export const STAFF = "/quan-tri/can-bo";
export const SETTINGS = "/quan-tri/cai-dat";
export const AUDIT = "/quan-tri/nhat-ky";
export const ACCOUNT = "/quan-tri/tai-khoan";

function navigation(page: Page): Locator {
  return page.getByRole("navigation", { name: "Bàn làm việc" });
}

/** The link to a room by its label, which the number of waiting items follows. */
export function roomLink(page: Page, label: string): Locator {
  return navigation(page).getByRole("link", { name: new RegExp(`^${label}`) });
}

/** Opens the menu of the rooms, which is at the foot of a phone's screen. */
export async function openMenu(page: Page): Promise<void> {
  await navigation(page).locator("summary").click();
}

/** Opens a room through the menu. */
export async function enterRoom(page: Page, label: string): Promise<void> {
  await openMenu(page);
  await roomLink(page, label).click();
}

export function signOutButton(page: Page): Locator {
  return page.getByRole("button", { name: "Đăng xuất", exact: true });
}

/** The announcement that a session reaches its longest time soon. */
export function sessionAgeNotice(page: Page): Locator {
  return page.locator(".session-age");
}

/** What a room shows, without what stands around it. */
export function roomContent(page: Page): Locator {
  return page.locator(".room-content");
}

/** The parts of a room that open on a press, as far as they are in sight. */
export function roomParts(page: Page): Locator {
  return roomContent(page).locator("summary:visible");
}

class IdleDialog {
  constructor(private readonly page: Page) {}

  get root(): Locator {
    return this.page.getByRole("alertdialog");
  }
  get extend(): Locator {
    return this.root.getByRole("button", { name: "Bấm vào đây" });
  }
  /** The remaining time as screen readers announce it. */
  get announcement(): Locator {
    return this.root.getByRole("status");
  }
  get signInAgain(): Locator {
    return this.root.getByRole("link", { name: "Đăng nhập lại" });
  }
}

export function idleDialog(page: Page): IdleDialog {
  return new IdleDialog(page);
}

// Addresses of the desk's rooms, and what every room has.
import type { Locator, Page } from "@playwright/test";

export const OVERVIEW = "/quan-tri";
export const QUEUE = "/quan-tri/y-kien";
export const VOTES = "/quan-tri/danh-gia";
export const CLOSURES = "/quan-tri/dong-mo";
export const TERMS = "/quan-tri/tu-ngu";
export const FIGURES = "/quan-tri/so-lieu";
export const STAFF = "/quan-tri/can-bo";
export const SETTINGS = "/quan-tri/cai-dat";
export const AUDIT = "/quan-tri/nhat-ky";
export const ACCOUNT = "/quan-tri/tai-khoan";

/** The links to the rooms. */
export function rooms(page: Page): Locator {
  return page.getByRole("navigation", { name: "Bàn làm việc" });
}

/** The link to a room by its label; the number of what waits there stands behind it. */
export function roomLink(page: Page, label: string): Locator {
  return rooms(page).getByRole("link", { name: new RegExp(`^${label}`) });
}

/** Opens the menu of the rooms, which stands at the foot of a phone's screen. */
export async function openRooms(page: Page): Promise<void> {
  await rooms(page).locator("summary").click();
}

/** Goes to a room by the menu. */
export async function enterRoom(page: Page, label: string): Promise<void> {
  await openRooms(page);
  await roomLink(page, label).click();
}

/** The tabs of the comments room. */
export function tab(page: Page, label: string): Locator {
  return page
    .getByRole("navigation", { name: "Mục", exact: true })
    .getByRole("link", { name: new RegExp(`^${label}`) });
}

/** The cards of the comments and of the votes. */
export function cards(page: Page): Locator {
  return page.locator(".queue-card");
}

/** The card with these words. */
export function cardWith(page: Page, words: string): Locator {
  return page.locator(".queue-card", { hasText: words });
}

class Decisions {
  constructor(private readonly scope: Page | Locator) {}

  get approve(): Locator {
    return this.scope.getByRole("button", { name: "Duyệt", exact: true });
  }
  get reject(): Locator {
    return this.scope.getByRole("button", { name: "Từ chối", exact: true });
  }
  get remove(): Locator {
    return this.scope.getByRole("button", { name: "Gỡ", exact: true });
  }
  get keep(): Locator {
    return this.scope.getByRole("button", { name: /^Giữ lại/ });
  }
  /** Where no script runs. */
  get undo(): Locator {
    return this.scope.getByRole("button", { name: "Hoàn tác" });
  }
  /** With the seconds that are left for it. */
  get undoInTime(): Locator {
    return this.scope.getByRole("button", { name: /^Hoàn tác \(\d+\)$/ });
  }
  get reason(): Locator {
    return this.scope.getByRole("combobox", { name: "Lý do nếu từ chối" });
  }
  /** Opens what is rarely needed. */
  get more(): Locator {
    return this.scope.getByText("Thêm", { exact: true });
  }
  get answer(): Locator {
    return this.scope.getByLabel("Trả lời chính thức");
  }
  get approveAndAnswer(): Locator {
    return this.scope.getByRole("button", { name: "Duyệt và trả lời" });
  }
  get personalData(): Locator {
    return this.scope.getByLabel("Che thông tin cá nhân");
  }
  get cover(): Locator {
    return this.scope.getByRole("button", { name: "Che", exact: true });
  }
  /** Lets suspicious votes in. */
  get admit(): Locator {
    return this.scope.getByRole("button", { name: "Tính vào" });
  }
}

/** What staff decide with: on a card, or on a page with one card. */
export function decisions(scope: Page | Locator): Decisions {
  return new Decisions(scope);
}

/** The bar's decisions about several comments, and the question before many are decided about. */
export function approveAll(page: Page, comments: number): Locator {
  return page.getByRole("button", { name: `Duyệt ${comments} ý kiến` });
}

export function rejectAll(page: Page, comments: number): Locator {
  return page.getByRole("button", { name: `Từ chối ${comments} ý kiến` });
}

export function confirmation(page: Page, comments: number): Locator {
  return page.getByText(`Bạn sắp quyết định ${comments} ý kiến cùng lúc.`);
}

export function nothingWaits(page: Page): Locator {
  return page.getByText("Không còn ý kiến nào chờ duyệt.");
}

export function search(page: Page): Locator {
  return page.getByRole("searchbox");
}

export function signOutButton(page: Page): Locator {
  return page.getByRole("button", { name: "Đăng xuất", exact: true });
}

// The rooms where the front page is arranged and urgent notices are put on every page, and what readers see of both.
import type { Locator, Page } from "@playwright/test";

export const FRONT_ROOM = "/quan-tri/trang-chu";
export const NOTICES_ROOM = "/quan-tri/thong-bao";

class FrontRooms {
  constructor(private readonly page: Page) {}

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }
  get pinned(): Locator {
    return this.page.getByLabel(/^Bài đứng đầu/);
  }
  button(label: string): Locator {
    return this.page.getByRole("button", { name: label, exact: true });
  }
  get done(): Locator {
    return this.page.locator(".room-content > .notice[role=status]");
  }
  row(message: string): Locator {
    return this.page.locator(".room-content .row", { hasText: message });
  }

  // what readers see

  get strip(): Locator {
    return this.page.getByRole("region", { name: "Thông báo", exact: true });
  }
  get blockHeadings(): Locator {
    return this.page.locator(".block > h2");
  }
  urgent(message: string): Locator {
    return this.page.locator(".urgent", { hasText: message });
  }
  get putAway(): Locator {
    return this.page.locator(".urgent").getByRole("button", { name: "Đã biết, ẩn đi" });
  }
}

export function frontRooms(page: Page): FrontRooms {
  return new FrontRooms(page);
}

/** A time as a field for times takes it, so many minutes from now, in Vietnam. */
export function inMinutes(minutes: number): string {
  return new Date(Date.now() + (minutes + 7 * 60) * 60_000).toISOString().slice(0, 16);
}

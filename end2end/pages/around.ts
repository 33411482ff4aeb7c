// What stands around the articles: pages, documents, the calendar, the menu, series; as readers and as staff see them.
import type { Locator, Page } from "@playwright/test";

export const PAGES = "/quan-tri/trang";
export const DOCUMENTS = "/quan-tri/van-ban";
export const CALENDAR = "/quan-tri/lich";
export const SERIES = "/quan-tri/chu-de";
export const MENU = "/quan-tri/thuc-don";
export const APPEARANCE = "/quan-tri/giao-dien";

class Around {
  constructor(private readonly page: Page) {}

  // readers

  /** Opens the menu in the header. */
  async openMenu(): Promise<void> {
    await this.page.getByRole("banner").getByText("Mục", { exact: true }).click();
  }
  menuLink(label: string): Locator {
    return this.page.getByRole("navigation", { name: "Thực đơn" }).getByRole("link", { name: label, exact: true });
  }
  get search(): Locator {
    return this.page.getByRole("main").getByRole("searchbox");
  }
  get find(): Locator {
    return this.page.getByRole("button", { name: "Tìm", exact: true });
  }
  get results(): Locator {
    return this.page.locator(".results > li");
  }
  /** The articles of a list. */
  get listed(): Locator {
    return this.page.locator(".cards h2");
  }
  /** What is written on a document. */
  detail(label: string): Locator {
    return this.page.locator(".details > div", { hasText: label }).locator("dd");
  }
  get force(): Locator {
    return this.page.locator(".article .force").first();
  }
  entry(title: string): Locator {
    return this.page.locator(".day li", { hasText: title });
  }

  // staff

  field(label: string | RegExp): Locator {
    return this.page.getByRole("main").getByLabel(label, { exact: typeof label === "string" });
  }
  part(label: string): Locator {
    return this.page.locator("summary", { hasText: label });
  }
  button(label: string): Locator {
    return this.page.getByRole("button", { name: label, exact: true });
  }
  get done(): Locator {
    return this.page.locator(".room-content > .notice[role=status]");
  }
  row(text: string): Locator {
    return this.page.locator(".room-content .row", { hasText: text });
  }
  /** What was chosen for the look, before it is saved. */
  get trial(): Locator {
    return this.page.locator(".trial");
  }
  get problems(): Locator {
    return this.page.locator(".room-content .summary");
  }
}

export function around(page: Page): Around {
  return new Around(page);
}

/** A day as a field for days takes it, so many days from now, in Vietnam. */
export function inDays(days: number): string {
  return new Date(Date.now() + (days * 24 + 7) * 3_600_000).toISOString().slice(0, 10);
}

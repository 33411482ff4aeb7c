// Categories, tags, related articles and reported faults, at the desk and for readers.
import type { Locator, Page } from "@playwright/test";

export const CATEGORIES = "/quan-tri/chuyen-muc";
export const FAULTS = "/quan-tri/bao-loi";

class Sorting {
  constructor(private readonly page: Page) {}

  // the room of categories and tags

  get rows(): Locator {
    return this.page.locator(".categories > .row");
  }
  row(name: string): Locator {
    return this.rows.filter({ has: this.page.getByRole("link", { name, exact: true }) });
  }
  async add(name: string, under = ""): Promise<void> {
    await this.page.getByLabel("Thêm chuyên mục").fill(name);
    if (under) await this.page.getByLabel("Nằm dưới").selectOption(under);
    await this.button("Thêm").click();
  }
  async open(name: string): Promise<void> {
    await this.page.getByRole("main").getByRole("link", { name, exact: true }).click();
  }
  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }
  button(label: string): Locator {
    return this.page.getByRole("button", { name: label, exact: true });
  }
  part(label: string): Locator {
    return this.page.locator("summary", { hasText: label });
  }
  get notice(): Locator {
    return this.page.locator(".room-content > .notice[role=status]");
  }

  fault(message: string): Locator {
    return this.page.locator(".fault", { hasText: message });
  }

  // what readers see

  get categoryOfArticle(): Locator {
    return this.page.getByRole("navigation", { name: "Đường dẫn" }).getByRole("link").last();
  }
  tag(name: string): Locator {
    return this.page.getByRole("navigation", { name: "Thẻ" }).getByRole("link", { name });
  }
  get listHeading(): Locator {
    return this.page.getByRole("heading", { level: 1 });
  }
  get reportFault(): Locator {
    return this.page.getByRole("link", { name: "Báo lỗi bài viết" });
  }
  get quotation(): Locator {
    return this.page.locator("main blockquote");
  }
  get newsButton(): Locator {
    return this.page.locator("#tin-moi-hon a");
  }
}

export function sorting(page: Page): Sorting {
  return new Sorting(page);
}

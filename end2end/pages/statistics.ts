// The figures at the foot of every page, and the page with their history.
import type { Locator, Page } from "@playwright/test";

class Statistics {
  constructor(private readonly page: Page) {}

  get footerHeading(): Locator {
    return this.page.getByRole("heading", { name: "Thống kê truy cập" });
  }
  figure(label: string): Locator {
    return this.page.locator(`.figures div:has(dt:text-is("${label}")) dd`);
  }
  get visitsToday(): Locator {
    return this.page.locator("#so-1");
  }
  /** Stops the live updates of the figures. */
  get freeze(): Locator {
    return this.page.getByRole("button", { name: "Tạm dừng cập nhật số liệu" });
  }
  get history(): Locator {
    return this.page.getByRole("link", { name: "Xem thống kê" });
  }

  // the page with the history

  get charts(): Locator {
    return this.page.locator("svg[role=img]");
  }
  async open(table: string): Promise<void> {
    await this.page.locator("summary", { hasText: table }).click();
  }
  get days(): Locator {
    return this.rows("Số liệu từng ngày");
  }
  get months(): Locator {
    return this.rows("Số liệu từng tháng");
  }
  get mostRead(): Locator {
    return this.page.getByRole("heading", { name: "Đọc nhiều trong 30 ngày" });
  }
  get sharedAddressNote(): Locator {
    return this.page.getByText("dùng chung một địa chỉ của nhà mạng được tính là một người");
  }
  private rows(table: string): Locator {
    return this.page.getByRole("table", { name: table }).locator("tbody tr");
  }
}

export function statistics(page: Page): Statistics {
  return new Statistics(page);
}

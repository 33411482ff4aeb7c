// The page on which a reader reports a comment.
import type { Locator, Page } from "@playwright/test";

class ReportPage {
  constructor(private readonly page: Page) {}

  get heading(): Locator {
    return this.page.getByRole("heading", { name: "Báo vi phạm" });
  }
  get quotedComment(): Locator {
    return this.page.locator("blockquote");
  }
  reason(label: string): Locator {
    return this.page.getByLabel(label);
  }
  get note(): Locator {
    return this.page.getByLabel("Ghi rõ thêm (không bắt buộc)");
  }
  get send(): Locator {
    return this.page.getByRole("button", { name: "Gửi báo vi phạm" });
  }
  get thanks(): Locator {
    return this.page.getByText("Cảm ơn ông/bà đã phản ánh.");
  }
  get backToArticle(): Locator {
    return this.page.getByRole("link", { name: "Về bài viết" });
  }
}

export function onReportPage(page: Page): ReportPage {
  return new ReportPage(page);
}

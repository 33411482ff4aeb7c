// The page on which the writer of a comment follows, corrects, withdraws and erases it.
import type { Locator, Page } from "@playwright/test";

class WriterPage {
  constructor(private readonly page: Page) {}

  // state

  get pending(): Locator {
    return this.page.getByText("Ý kiến của ông/bà đang chờ duyệt.");
  }
  /** The line that says where the comment stands. */
  get result(): Locator {
    return this.page.locator("#ket-qua");
  }
  get corrected(): Locator {
    return this.page.getByText("Đã lưu bản sửa.");
  }
  get rejected(): Locator {
    return this.page.getByText("Ý kiến của ông/bà không được đăng.");
  }
  rejectionReason(reason: string): Locator {
    return this.page.getByText(`Lý do: ${reason}`);
  }
  get withdrawn(): Locator {
    return this.page.getByText("Ông/bà đã rút ý kiến này.");
  }
  get erased(): Locator {
    return this.page.getByText("đã được xóa.");
  }
  get storedBody(): Locator {
    return this.page.locator(".comment-body");
  }

  // correction

  get body(): Locator {
    return this.page.getByLabel("Nội dung");
  }
  get sendCorrection(): Locator {
    return this.page.getByRole("button", { name: "Gửi bản đã sửa" });
  }

  // withdrawal and erasure

  async withdraw(): Promise<void> {
    await this.page.getByText("Rút ý kiến", { exact: true }).click();
    await this.page.getByRole("button", { name: "Rút ý kiến này" }).click();
  }
  async erase({ confirmed }: { confirmed: boolean }): Promise<void> {
    await this.page.getByText("Xóa dữ liệu của tôi", { exact: true }).click();
    if (confirmed) await this.page.getByRole("checkbox").check();
    await this.page.getByRole("button", { name: "Xóa mọi dữ liệu của tôi" }).click();
  }
}

export function onWriterPage(page: Page): WriterPage {
  return new WriterPage(page);
}

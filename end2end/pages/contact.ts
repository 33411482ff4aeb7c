// The page `Liên hệ` with its form, and what its writer finds again behind the private link.
import type { Locator, Page } from "@playwright/test";

export const CONTACT = "/lien-he";

class ContactPage {
  constructor(private readonly page: Page) {}

  get heading(): Locator {
    return this.page.getByRole("heading", { name: "Liên hệ", level: 1 });
  }
  /** What the office's settings say: its label and its value. */
  line(label: string): Locator {
    return this.page.locator(".contact-lines div", { hasText: label }).locator("dd");
  }
  get name(): Locator {
    return this.page.getByRole("textbox", { name: "Họ và tên" });
  }
  get email(): Locator {
    return this.page.getByRole("textbox", { name: "Email" });
  }
  get phone(): Locator {
    return this.page.getByRole("textbox", { name: "Điện thoại" });
  }
  get body(): Locator {
    return this.page.getByRole("textbox", { name: "Nội dung" });
  }
  get aboutOwnData(): Locator {
    return this.page.getByRole("checkbox", { name: /^Tôi yêu cầu xem, sửa hoặc xóa dữ liệu/ });
  }
  get consent(): Locator {
    return this.page.getByRole("checkbox", { name: /^Tôi đồng ý để/ });
  }
  get send(): Locator {
    return this.page.getByRole("button", { name: "Gửi lời nhắn" });
  }
  async fill({ name = "Lê Thị Hai", phone = "", body }: { name?: string; phone?: string; body: string }) {
    await this.name.fill(name);
    await this.phone.fill(phone);
    await this.body.fill(body);
    await this.consent.check();
  }
}

export function contact(page: Page): ContactPage {
  return new ContactPage(page);
}

class OwnInquiry {
  constructor(private readonly page: Page) {}

  get heading(): Locator {
    return this.page.getByRole("heading", { name: "Lời nhắn của ông/bà", level: 1 });
  }
  /** Where it stands. */
  get state(): Locator {
    return this.page.locator(".status-line");
  }
  get answers(): Locator {
    return this.page.locator("article", { has: this.page.getByRole("heading", { name: "Trả lời của cơ quan" }) });
  }
  get body(): Locator {
    return this.page.getByRole("textbox", { name: "Nội dung" });
  }
  get correct(): Locator {
    return this.page.getByRole("button", { name: "Gửi bản đã sửa" });
  }
  async withdraw(): Promise<void> {
    await this.page.locator("summary", { hasText: "Rút lời nhắn" }).click();
    await this.page.getByRole("button", { name: "Rút lời nhắn này" }).click();
  }
}

export function ownInquiry(page: Page): OwnInquiry {
  return new OwnInquiry(page);
}

/** What administrators are told while citizens cannot read how to reach the office. */
export function missingContact(page: Page): Locator {
  return page.locator(".missing-contact");
}

// The other rooms of the desk in which tests change something: terms, closures, staff, and the audit record.
import type { Locator, Page } from "@playwright/test";

class TermsRoom {
  constructor(private readonly page: Page) {}

  async add(...terms: string[]): Promise<void> {
    await this.page.getByLabel(/^Mỗi dòng một từ/).fill(terms.join("\n"));
    await this.page.getByRole("button", { name: "Thêm" }).click();
  }
  /** Adds a term and says what it is about. */
  async addOfKind(term: string, kind: string): Promise<void> {
    await this.page.getByLabel("Loại nội dung").selectOption(kind);
    await this.add(term);
  }
  listed(text: string): Locator {
    return this.page.locator(".term-list li", { hasText: text });
  }
  /** Shows which terms a sentence would match. */
  async check(sentence: string): Promise<void> {
    await this.page.getByLabel("Câu cần thử").fill(sentence);
    await this.page.getByRole("button", { name: "Thử" }).click();
  }
  disguisedMatch(found: string, term: string): Locator {
    return this.page.getByText(`“${found}” khớp với “${term}”, viết khác đi`);
  }
  get checkResult(): Locator {
    return this.page.locator(".check-result");
  }
  get noMatch(): Locator {
    return this.page.getByText("Không có gì khớp.");
  }
  async search(text: string): Promise<void> {
    await this.page.getByRole("searchbox").fill(text);
    await this.page.getByRole("button", { name: "Tìm" }).click();
  }
  remove(term: string): Locator {
    return this.page.getByRole("button", { name: `Bỏ ${term}` });
  }
}

export function termsRoom(page: Page): TermsRoom {
  return new TermsRoom(page);
}

class ClosuresRoom {
  constructor(private readonly page: Page) {}

  /** Chooses to close ratings too, with the sentence that readers see. */
  async fill(sentence: string): Promise<void> {
    await this.page.getByLabel("Đánh giá mới").check();
    await this.page.getByLabel("Câu bạn đọc sẽ thấy").fill(sentence);
  }
  get close(): Locator {
    return this.page.getByRole("button", { name: "Đóng", exact: true });
  }
  closure(title: string): Locator {
    return this.page.locator(".row", { hasText: title });
  }
  reopen(title: string): Locator {
    return this.page.getByRole("button", { name: `Mở lại: ${title}` });
  }

  // how comments are taken at the article that a link to the room names

  private get ownPolicy(): Locator {
    return this.page.locator(".policy", { has: this.page.getByLabel("Bài viết") });
  }
  mode(label: string): Locator {
    return this.ownPolicy.getByRole("radio", { name: new RegExp(`^${label}`) });
  }
  get openDays(): Locator {
    return this.ownPolicy.getByRole("spinbutton");
  }
  get savePolicy(): Locator {
    return this.ownPolicy.getByRole("button", { name: "Lưu cách nhận ý kiến" });
  }
  /** An article with a policy of its own. */
  policy(title: string): Locator {
    return this.page.locator(".row", { hasText: title });
  }
  asEverywhere(title: string): Locator {
    return this.page.getByRole("button", { name: `Nhận ý kiến như toàn trang: ${title}` });
  }
}

export function closuresRoom(page: Page): ClosuresRoom {
  return new ClosuresRoom(page);
}

class StaffRoom {
  constructor(private readonly page: Page) {}

  // the form for an invitation

  get inviteHeading(): Locator {
    return this.page.getByRole("heading", { name: "Mời người mới" });
  }
  get displayName(): Locator {
    return this.page.getByLabel("Tên hiển thị");
  }
  get username(): Locator {
    return this.page.getByLabel("Tên đăng nhập");
  }
  get role(): Locator {
    return this.page.locator("#role");
  }
  get ownPassword(): Locator {
    return this.page.locator("#hien-tai-moi");
  }
  get invite(): Locator {
    return this.page.getByRole("button", { name: "Tạo liên kết mời" });
  }
  /** The field with the link of a new invitation, which is shown once. */
  invitation(displayName: string): Locator {
    return this.page.getByLabel(`Liên kết mời ${displayName}`);
  }

  // the members

  member(username: string): Member {
    return new Member(this.page.locator(".member", { hasText: username }));
  }
  get firstMember(): Member {
    return new Member(this.page.locator(".member").first());
  }
  get roleChanged(): Locator {
    return this.page.getByText("Đã đổi vai trò.");
  }
}

class Member {
  constructor(readonly root: Locator) {}

  /** Opens the forms for changes. */
  get change(): Locator {
    return this.root.getByText("Thay đổi");
  }
  get role(): Locator {
    return this.root.getByLabel("Vai trò");
  }
  get ownPassword(): Locator {
    return this.root.getByLabel("Mật khẩu của ông/bà");
  }
  get changeRole(): Locator {
    return this.root.getByRole("button", { name: "Đổi vai trò" });
  }
  get disable(): Locator {
    return this.root.getByRole("button", { name: "Khóa tài khoản" });
  }
}

export function staffRoom(page: Page): StaffRoom {
  return new StaffRoom(page);
}

/** The entries of the audit record, newest first. */
export function auditEntries(page: Page): Locator {
  return page.locator(".record li");
}

/** The tables of the room of figures, in the boxes that scroll where one is too wide. */
/** A table of the figures by its title; there is none where nothing happened. */
export function figureTable(page: Page, title: string): Locator {
  return page.getByRole("region", { name: title });
}

export function figureTables(page: Page): Locator {
  return page.locator(".table-box");
}

class SavedAnswersRoom {
  constructor(private readonly page: Page) {}

  /** Those that are offered to whoever answers a comment. */
  get offered(): Locator {
    return this.page.locator(".saved-answers li");
  }
  /** Opens what throws one away. */
  async openDeleting(title: string): Promise<void> {
    await this.entry(title).locator("summary", { hasText: "Xóa" }).click();
  }
  entry(title: string): Locator {
    return this.page.locator(".saved-answers li", { has: this.page.getByRole("heading", { name: title }) });
  }
  /** The form of a new answer, or the one inside of an entry. */
  private form(scope: Page | Locator): Locator {
    return scope.locator("form", { has: this.page.getByRole("button", { name: "Lưu câu mẫu" }) }).last();
  }
  async save(title: string, text: string, scope: Page | Locator = this.page): Promise<void> {
    await this.form(scope).getByLabel("Tên câu mẫu").fill(title);
    await this.form(scope).getByRole("textbox", { name: /^Câu trả lời/ }).fill(text);
    await this.form(scope).getByRole("button", { name: "Lưu câu mẫu" }).click();
  }
  get text(): Locator {
    return this.form(this.page).getByRole("textbox", { name: /^Câu trả lời/ });
  }
  problem(message: string): Locator {
    return this.page.locator(".field-error", { hasText: message });
  }
}

export function savedAnswersRoom(page: Page): SavedAnswersRoom {
  return new SavedAnswersRoom(page);
}

// The comments room: tabs, search, cards with their decisions, bulk decisions and keyboard shortcuts.
import { type Locator, type Page, expect } from "@playwright/test";

class CommentsRoom {
  constructor(private readonly page: Page) {}

  get heading(): Locator {
    return this.page.getByRole("heading", { name: "Ý kiến", level: 1 });
  }
  tab(label: string): Locator {
    return this.page
      .getByRole("navigation", { name: "Mục", exact: true })
      .getByRole("link", { name: new RegExp(`^${label}`) });
  }
  /** A tab among those of inquiries. */
  inquiriesTab(label: string): Locator {
    return this.page.getByRole("navigation", { name: "Lời nhắn" }).getByRole("link", { name: new RegExp(`^${label}`) });
  }
  get nextPage(): Locator {
    return this.page.getByRole("link", { name: "Trang sau" });
  }
  get previousPage(): Locator {
    return this.page.getByRole("link", { name: "Trang trước" });
  }
  get nothingPending(): Locator {
    return this.page.getByText("Không còn ý kiến nào chờ duyệt.");
  }
  /** Reports the decision about a comment that is no longer in the list. */
  get justDecided(): Locator {
    return this.page.locator(".just-decided");
  }
  decidedBy(actor: string, writer: string, decision: string): Locator {
    return this.page.getByText(new RegExp(`Ý kiến của ${writer}: ${actor} đã ${decision} lúc`));
  }
  /** A decision that an ended session kept from being made. */
  get interrupted(): Locator {
    return this.justDecided.filter({ hasText: "Quyết định chưa được thực hiện" });
  }
  interruptedButton(label: string): Locator {
    return this.interrupted.getByRole("button", { name: label });
  }
  /** A decision of the member of staff who looks at the page. */
  ownDecision(decision: string): Locator {
    return this.page.getByText(`Ông/bà đã ${decision}`);
  }

  /** Cards that became a line after their decision. */
  get folded(): Locator {
    return this.page.locator(".queue-card.folded");
  }
  /** The number behind the label of a tab. */
  badge(label: string): Locator {
    return this.tab(label).locator(".badge");
  }
  /** The article to narrow the tab to. */
  articleChoiceOf(article: number): Locator {
    return this.page.locator(`.article-choice a[href*="bai=${article}"]`);
  }

  // search

  get searchBox(): Locator {
    return this.page.locator("#tim");
  }
  async search(text: string): Promise<void> {
    if (await this.searchBox.isHidden()) await this.searchIcon.click();
    await this.searchBox.fill(text);
    await this.page.getByRole("button", { name: "Tìm" }).click();
  }
  matches(count: number): Locator {
    return this.page.getByText(new RegExp(`^${count} ý kiến khớp[.:]`));
  }
  get noMatches(): Locator {
    return this.page.getByText("Không có ý kiến nào khớp.");
  }

  // filter

  /** Opens the search and the filters, behind their icon. */
  async openFilters(): Promise<void> {
    if (await this.searchBox.isHidden()) await this.searchIcon.click();
    await this.page.getByText("Lọc thêm").click();
  }
  get searchIcon(): Locator {
    return this.page.locator(".queue-search > summary");
  }
  get titleField(): Locator {
    return this.page.getByRole("searchbox", { name: "Tiêu đề bài viết" });
  }
  get filterButton(): Locator {
    return this.page.getByRole("button", { name: "Lọc", exact: true });
  }
  day(label: "Từ ngày" | "Đến ngày"): Locator {
    return this.page.getByLabel(label);
  }
  get articleChoice(): Locator {
    return this.page.locator(".article-choice a");
  }
  get everyArticle(): Locator {
    return this.page.getByRole("link", { name: "Mọi bài viết" });
  }
  get reversedDays(): Locator {
    return this.page.getByText("“Từ ngày” ở sau “Đến ngày”, nên chưa lọc theo ngày.");
  }
  get suspiciousFirst(): Locator {
    return this.page.getByRole("link", { name: "Đáng ngờ trước" });
  }
  get oldestFirst(): Locator {
    return this.page.getByRole("link", { name: "Cũ trước" });
  }
  get wholePage(): Locator {
    return this.page.getByRole("checkbox", { name: /^Chọn cả trang \(/ });
  }

  // keyboard shortcuts

  get shortcutsButton(): Locator {
    return this.page.getByRole("button", { name: "Phím tắt" });
  }
  get shortcutsDialog(): Locator {
    return this.page.getByRole("dialog", { name: "Phím tắt" });
  }
  get closeShortcuts(): Locator {
    return this.shortcutsDialog.getByRole("button", { name: "Đóng" });
  }
  /** The line of the list of shortcuts that explains the key `?`. */
  get shortcutsHelp(): Locator {
    return this.page.getByText("mở bảng này");
  }
  get shortcutsEnabled(): Locator {
    return this.page.getByRole("checkbox", { name: "Dùng phím tắt" });
  }
}

export function commentsRoom(page: Page): CommentsRoom {
  return new CommentsRoom(page);
}

/** The cards of comments, and of articles in the room of votes. */
export function cards(page: Page): Locator {
  return page.locator(".queue-card");
}

export function cardWith(page: Page, text: string): Locator {
  return page.locator(".queue-card", { hasText: text });
}

/** The card of a comment; the card of an answer quotes what it answers. */
export function cardOf(page: Page, comment: number): Locator {
  return page.locator(`#y-kien-${comment}`);
}

/** The cards of the office's own answers. */
export function answerCards(page: Page): Locator {
  return page.locator(".queue-card", { has: page.locator(".queue-writer", { hasText: "trả lời chính thức" }) });
}

/** What a card says of a question: its day, who answers it, and notes. */
export function dueLine(card: Locator): Locator {
  return card.locator(".due");
}

class Card {
  constructor(private readonly scope: Page | Locator) {}

  get checkbox(): Locator {
    return this.scope.getByRole("checkbox", { name: /^Chọn ý kiến/ });
  }
  get body(): Locator {
    return this.scope.locator(".comment-body");
  }
  /** The parts of the body that caused a reason. */
  get highlights(): Locator {
    return this.scope.locator("mark");
  }
  articleLink(title: string): Locator {
    return this.scope.getByRole("link", { name: title });
  }
  get presence(): Locator {
    return this.scope.getByText("đang xem ý kiến này");
  }
  // decisions

  get approve(): Locator {
    return this.scope.getByRole("button", { name: "Duyệt", exact: true });
  }
  /** What opens the reasons for refusing a comment, or for taking it down. */
  get reasons(): Locator {
    return this.scope.locator(".card-actions .refusal > summary");
  }
  /** A reason that is pressed. */
  reasonButton(reason: string): Locator {
    return this.scope.locator(".card-actions .chips").getByRole("button", { name: reason });
  }
  get reasonButtons(): Locator {
    return this.scope.locator(".card-actions .chips button");
  }
  /** Refuses a comment, or takes it down, in two presses. */
  async refuse(reason = "Không nêu lý do"): Promise<void> {
    await this.reasons.click();
    await this.reasonButton(reason).click();
  }
  /** Opens the field for a reason that is not on the list. */
  async openReason(): Promise<void> {
    await this.reasons.click();
    await this.scope.locator(".card-actions .other-reason > summary").click();
  }
  get reason(): Locator {
    return this.scope.locator(".card-actions").getByLabel("Lý do khác");
  }
  /** Sends the reason that was typed. */
  get sendReason(): Locator {
    return this.scope.locator(".card-actions .other-reason").getByRole("button");
  }
  get keep(): Locator {
    return this.scope.getByRole("button", { name: /^Giữ lại/ });
  }
  /** The undo button of a page without script. */
  get undo(): Locator {
    return this.scope.getByRole("button", { name: "Hoàn tác" });
  }
  /** The undo button that counts down the seconds for which it is offered. */
  get undoWithCountdown(): Locator {
    return this.scope.getByRole("button", { name: /^Hoàn tác \d+$/ });
  }
  /** Adds suspicious votes to the totals of an article. */
  get admitVotes(): Locator {
    return this.scope.getByRole("button", { name: "Tính vào" });
  }

  // what opens in place

  /** What the writer wrote before. */
  get earlier(): Locator {
    return this.scope.locator(".queue-writer").getByRole("link");
  }
  get showDetails(): Locator {
    return this.scope.getByRole("link", { name: "Chi tiết và việc khác" });
  }
  get openAnswer(): Locator {
    return this.scope.locator("summary", { hasText: /^Trả lời$/ });
  }
  get savedAnswers(): Locator {
    return this.scope.getByRole("link", { name: "Câu trả lời mẫu" });
  }
  savedAnswer(title: string): Locator {
    return this.scope.locator(".saved-answers").getByRole("link", { name: title });
  }
  get searchSavedAnswers(): Locator {
    return this.scope.getByLabel("Tìm câu mẫu");
  }
  get openCover(): Locator {
    return this.scope.locator("summary.cover");
  }
  /** Covers what looks personal and approves, in one press. */
  coverAndApprove(what: string): Locator {
    return this.scope.getByRole("button", { name: `Che ${what} và duyệt` });
  }
  get officialReply(): Locator {
    return this.scope.getByLabel(/^Trả lời chính thức(?! cho )/);
  }
  get approveAndReply(): Locator {
    return this.scope.getByRole("button", { name: "Duyệt và trả lời" });
  }
  get personalData(): Locator {
    return this.scope.getByLabel("Che thông tin cá nhân");
  }
  get cover(): Locator {
    return this.scope.getByRole("button", { name: "Che đoạn này" });
  }
  get uncoverAll(): Locator {
    return this.scope.getByRole("button", { name: "Bỏ che tất cả" });
  }
  get covered(): Locator {
    return this.scope.locator("s.covered");
  }
  get answer(): Locator {
    return this.scope.getByRole("button", { name: /^Đăng (thêm )?trả lời$/ });
  }

  // of an inquiry

  get done(): Locator {
    return this.scope.getByRole("button", { name: "Đã xử lý", exact: true });
  }
  get sendAnswer(): Locator {
    return this.scope.getByRole("button", { name: /^Gửi (thêm )?trả lời$/ });
  }
  /** By when it is answered, and by whom. */
  get due(): Locator {
    return this.scope.locator(".due");
  }
  /** What was done to the comment. */
  get outcome(): Locator {
    return this.scope.locator(".decision [role=status]");
  }
  /** Opens a card that folded to one line. */
  get unfold(): Locator {
    return this.scope.getByRole("button", { name: "Xem", exact: true });
  }
  /** Why nothing was done: somebody else was first. */
  get overtaken(): Locator {
    return this.scope.locator(".overtaken");
  }
  /** Who answered it, and how that begins. */
  get answered(): Locator {
    return this.scope.locator(".answer");
  }
}

/** What a card offers, on one card or on a page that has a single one. */
export function card(scope: Page | Locator): Card {
  return new Card(scope);
}

class BulkBar {
  constructor(private readonly page: Page) {}

  get form(): Locator {
    return this.page.getByRole("form", { name: "Quyết định nhiều ý kiến" });
  }
  selectAll(comments: number): Locator {
    return this.page.getByRole("checkbox", { name: new RegExp(`^Tất cả ${comments} ý kiến`) });
  }
  get reason(): Locator {
    return this.form.getByLabel("Lý do khác");
  }
  /** Opens the field for a reason that is not on the list. */
  async openReason(): Promise<void> {
    await this.form.locator(".refusal > summary").click();
    await this.form.locator(".other-reason > summary").click();
  }
  /** Presses beside the sheet with the reasons, which closes it. */
  async closeReasons(): Promise<void> {
    await this.page.mouse.click(20, 20);
    await expect(this.reason).toBeHidden();
  }
  get sendReason(): Locator {
    return this.form.locator(".other-reason").getByRole("button");
  }
  /** Refuses what is chosen, or takes it down, in two presses. */
  async refuse(reason = "Không nêu lý do"): Promise<void> {
    await this.form.locator(".refusal > summary").click();
    await this.form.getByRole("button", { name: reason }).click();
  }
  approve(comments: number): Locator {
    return this.page.getByRole("button", { name: `Duyệt ${comments} ý kiến` });
  }
  /** The button of a page without script, which cannot show the number of chosen comments. */
  get approveSelected(): Locator {
    return this.form.getByRole("button", { name: "Duyệt mục đã chọn" });
  }
  /** What opens the reasons: `Từ chối 3 ý kiến`, or without script `Từ chối mục đã chọn`. */
  reasons(label: string): Locator {
    return this.form.locator(".refusal > summary", { hasText: label });
  }
  /** The question before many comments are decided, and the one button that answers it. */
  confirmation(decision: string, comments: number): Locator {
    return this.page.getByText(`${decision} ${comments} ý kiến?`);
  }
  confirm(decision: string, comments: number): Locator {
    return this.page.getByRole("button", { name: `${decision} ${comments}`, exact: true });
  }
  get cancel(): Locator {
    return this.form.getByRole("link", { name: "Hủy" });
  }
  get decisions(): Locator {
    return this.form.locator("button[name=decision]:visible");
  }
  get undo(): Locator {
    return this.page.locator(".bulk-outcome").getByRole("button", { name: /^Hoàn tác/ });
  }
  approved(comments: number): Locator {
    return this.page.getByText(`Ông/bà đã duyệt ${comments} ý kiến.`);
  }
  rejected(comments: number): Locator {
    return this.page.getByText(`Ông/bà đã từ chối ${comments} ý kiến.`);
  }
  decidedAll(comments: number): Locator {
    return this.page.getByText(`Ông/bà đã quyết định ${comments} ý kiến.`);
  }
  decidedExcept(decided: number, unchanged: number): Locator {
    return this.page.getByText(
      `Ông/bà đã quyết định ${decided} ý kiến. ${unchanged} ý kiến đã có người quyết định trước, nên giữ nguyên.`,
    );
  }
}

export function bulkBar(page: Page): BulkBar {
  return new BulkBar(page);
}

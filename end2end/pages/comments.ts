// The comments of an article: the form and the list.
import type { Locator, Page } from "@playwright/test";

export const PENDING = "Đang chờ duyệt. Hiện chỉ ông/bà nhìn thấy ý kiến này.";
const SENT = "Ý kiến của ông/bà đã được gửi và đang chờ duyệt.";

class Comments {
  constructor(private readonly page: Page) {}

  // the form

  get name(): Locator {
    return this.page.getByLabel("Họ và tên");
  }
  get email(): Locator {
    return this.page.getByLabel("Email (không bắt buộc)");
  }
  get body(): Locator {
    return this.page.getByLabel("Nội dung", { exact: true });
  }
  get consent(): Locator {
    return this.page.getByRole("checkbox");
  }
  get send(): Locator {
    return this.page.getByRole("button", { name: "Gửi ý kiến" });
  }
  get sendReply(): Locator {
    return this.page.getByRole("button", { name: "Gửi trả lời" });
  }
  /** The button while a comment is on its way. */
  get sending(): Locator {
    return this.page.getByRole("button", { name: "Đang gửi…" });
  }
  /** Opens what the consent means, in place. */
  get privacy(): Locator {
    return this.page.locator(".comment-form summary");
  }
  get privacyText(): Locator {
    return this.page.getByText("Địa chỉ IP không được lưu.");
  }
  get privacyPage(): Locator {
    return this.page.getByRole("link", { name: "Xem đầy đủ" });
  }
  get cancelReply(): Locator {
    return this.page.getByRole("link", { name: "Hủy trả lời" });
  }
  /** How the comment that is answered begins. */
  get quote(): Locator {
    return this.page.locator(".comment-form .quote");
  }
  get form(): Locator {
    return this.page.locator(".comment-form");
  }
  get write(): Locator {
    return this.page.getByRole("link", { name: "Viết ý kiến" });
  }
  replyLink(id: number): Locator {
    return this.page.locator(`[data-reply="${id}"]`);
  }
  /** The count of what may still be typed, formatted as on the page. */
  charactersLeft(count: string): Locator {
    return this.page.getByText(`Còn ${count} ký tự`);
  }
  charactersOver(count: number): Locator {
    return this.page.getByText(`Vượt quá ${count} ký tự`).first();
  }
  /** Announces that a comment was sent. */
  get sent(): Locator {
    return this.page.getByRole("status").filter({ hasText: SENT });
  }
  /** Says that a comment was published at once. */
  get published(): Locator {
    return this.page.getByRole("status").filter({ hasText: "Ý kiến của ông/bà đã được đăng." });
  }
  /** The sentence that replaces the form while comments are closed. */
  get closed(): Locator {
    return this.page.locator(".comments .closed");
  }
  async fill({ name = "Trần Thị Bích", body = "Mong phường sớm sửa đèn đường hẻm 12.", consent = true } = {}) {
    await this.name.fill(name);
    await this.body.fill(body);
    if (consent) await this.consent.check();
  }

  // the list

  get all(): Locator {
    return this.page.locator(".comment");
  }
  /** Those that are not replies. */
  get topLevel(): Locator {
    return this.page.locator(".thread > .comment");
  }
  /** The form where it stands below a comment. */
  get formsInThread(): Locator {
    return this.page.locator(".thread .comment-form");
  }
  get section(): Locator {
    return this.page.locator(".comments");
  }
  get replies(): Locator {
    return this.page.locator(".replies");
  }
  /** Each reply that is shown. */
  get eachReply(): Locator {
    return this.page.locator(".replies > .comment");
  }
  /** The link to the replies that are not shown yet. */
  moreReplies(left: string): Locator {
    return this.page.getByRole("link", { name: `Xem thêm trả lời (còn ${left})` });
  }
  get repliesFailed(): Locator {
    return this.page.getByRole("link", { name: "Không tải được trả lời. Bấm để thử lại" });
  }
  get earlierReplies(): Locator {
    return this.page.getByRole("link", { name: "Các trả lời trước" });
  }
  get allComments(): Locator {
    return this.page.getByRole("link", { name: "Xem mọi ý kiến" });
  }
  get bodies(): Locator {
    return this.page.locator(".comment-body");
  }
  get writers(): Locator {
    return this.page.locator(".comment .writer");
  }
  get none(): Locator {
    return this.page.getByText("Chưa có ý kiến nào");
  }
  byId(id: number): Locator {
    return this.page.locator(`#y-kien-${id}`);
  }
  bodyOf(id: number): Locator {
    return this.page.locator(`#y-kien-${id} .comment-body`);
  }
  /** The visitor's own pending comments. */
  get pending(): Locator {
    return this.page.locator(".comment.pending");
  }
  get pendingBody(): Locator {
    return this.page.locator(".comment.pending .comment-body");
  }
  get pendingNote(): Locator {
    return this.page.getByText(PENDING);
  }
  get pendingReplies(): Locator {
    return this.page.locator(".replies .comment.pending");
  }
  get replyLinksOfPendingReplies(): Locator {
    return this.pendingReplies.getByRole("link", { name: "Trả lời" });
  }
  get officialReply(): Locator {
    return this.page.locator(".from-office");
  }
  get nextPage(): Locator {
    return this.page.locator(".comments").getByRole("link", { name: /^Xem thêm \d+ ý kiến$/ });
  }
  pageNumber(number: number): Locator {
    return this.page.getByText(`Trang ${number}`);
  }
  count(comments: number): Locator {
    return this.page.getByRole("link", { name: `${comments} ý kiến` });
  }
  replyTo(name: string): Locator {
    return this.page.getByRole("link", { name: `Trả lời ${name}` });
  }
  replyHeading(name: string): Locator {
    return this.page.getByRole("heading", { name: `Trả lời ${name}` });
  }
  report(name: string): Locator {
    return this.page.getByRole("link", { name: `Báo vi phạm ý kiến của ${name}` });
  }
  /** The link to the page on which the visitor edits or withdraws their comment. */
  get follow(): Locator {
    return this.page.getByRole("link", { name: "Xem, sửa hoặc rút ý kiến" });
  }
  /** The button with which staff remove a published comment on the article's page. */
  get remove(): Locator {
    return this.page.getByRole("button", { name: "Gỡ" });
  }
  removeOf(id: number): Locator {
    return this.byId(id).getByRole("button", { name: "Gỡ" });
  }

  // live updates

  /** Shows the comments that were published while the page was open. */
  showNew(comments: number): Locator {
    return this.page.getByRole("button", { name: `${comments} ý kiến mới` });
  }
  get newCommentsNotice(): Locator {
    return this.page.getByText(/ý kiến mới/);
  }
}

/** Who wrote a comment. */
export function writerOf(comment: Locator): Locator {
  return comment.locator(".writer");
}

/** The form below a comment that is being answered. */
export function formBelow(comment: Locator): Locator {
  return comment.locator(".comment-form");
}

/** The replies to a comment that wait. */
export function pendingRepliesTo(comment: Locator): Locator {
  return comment.locator(".comment.pending");
}

export function comments(page: Page): Comments {
  return new Comments(page);
}

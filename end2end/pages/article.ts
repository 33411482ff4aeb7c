// An article's page: rating, comments with their form, and the line that says whether it is live.
import { type Locator, type Page, expect } from "@playwright/test";

export const PENDING = "Ý kiến của bạn đã được gửi và đang chờ duyệt";

class ArticlePage {
  constructor(private readonly page: Page) {}

  // rating

  star(stars: number): Locator {
    return this.page.getByRole("radio", { name: `${stars} sao` });
  }
  /** Sends the chosen star, where no script does. */
  get sendStars(): Locator {
    return this.page.getByRole("button", { name: "Gửi đánh giá" });
  }
  get withdrawStars(): Locator {
    return this.page.getByRole("button", { name: "Rút lại đánh giá" });
  }
  get scoreLine(): Locator {
    return this.page.locator(".score-line");
  }
  totals(points: number, ratings: number): Locator {
    return this.page.getByText(`Tổng số điểm của bài viết là: ${points} trong ${ratings} đánh giá`);
  }

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
  /** What is wrong with the form. */
  get summary(): Locator {
    return this.page.getByRole("alert").filter({ hasText: "Có chỗ cần sửa" });
  }
  /** The sentence in the form's place while comments are closed. */
  get closed(): Locator {
    return this.page.locator(".comments .closed");
  }
  async fill({ name = "Trần Thị Bích", body = "Mong phường sớm sửa đèn đường hẻm 12.", consent = true } = {}) {
    await this.name.fill(name);
    await this.body.fill(body);
    if (consent) await this.consent.check();
  }

  // the thread

  get comments(): Locator {
    return this.page.locator(".comment");
  }
  /** Those that are no replies. */
  get topComments(): Locator {
    return this.page.locator(".thread > .comment");
  }
  get replies(): Locator {
    return this.page.locator(".replies");
  }
  comment(id: number): Locator {
    return this.page.locator(`#y-kien-${id}`);
  }
  words(id: number): Locator {
    return this.page.locator(`#y-kien-${id} .comment-body`);
  }
  /** A visitor's own comments that wait. */
  get pending(): Locator {
    return this.page.locator(".comment.pending");
  }
  get pendingReplies(): Locator {
    return this.page.locator(".replies .comment.pending");
  }
  get nextPage(): Locator {
    return this.page.locator(".comments").getByRole("link", { name: "Trang sau" });
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
  /** The way to a visitor's own comment. */
  get follow(): Locator {
    return this.page.getByRole("link", { name: "Theo dõi, sửa hoặc rút" });
  }
  /** What staff take a comment down with, where it stands. */
  get takeDown(): Locator {
    return this.page.getByRole("button", { name: "Gỡ" });
  }

  // news

  /** Shows the comments that came while the page was open. */
  showNew(comments: number): Locator {
    return this.page.getByRole("button", { name: `${comments} ý kiến mới` });
  }
}

export function onArticle(page: Page): ArticlePage {
  return new ArticlePage(page);
}

/** The page has been taken over by the browser's program and follows the stream; so say articles and the desk. */
export async function alive(page: Page): Promise<void> {
  await expect(page.getByText("Đang cập nhật trực tiếp")).toBeVisible();
}

/** Holds live news back. */
export function pauseButton(page: Page): Locator {
  return page.getByRole("button", { name: "Tạm dừng" });
}

export function resumeButton(page: Page): Locator {
  return page.getByRole("button", { name: "Tiếp tục" });
}

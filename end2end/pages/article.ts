// An article's page: its text and its rating. Its comments are in comments.ts.
import type { Locator, Page } from "@playwright/test";

class ArticlePage {
  constructor(private readonly page: Page) {}

  // text

  date(text: string): Locator {
    return this.page.getByText(text);
  }
  get paragraphs(): Locator {
    return this.page.locator(".prose > p");
  }
  /** The whole text. */
  get text(): Locator {
    return this.page.locator(".prose");
  }
  get published(): Locator {
    return this.page.locator(".article time");
  }
  /** The picture above the text. */
  get leadPicture(): Locator {
    return this.page.locator("article.article > figure img");
  }
  /** Pictures in the text. */
  get textPictures(): Locator {
    return this.text.locator("figure img");
  }
  get correction(): Locator {
    return this.page.locator(".correction");
  }
  get share(): Locator {
    return this.page.locator(".share");
  }
  get audio(): Locator {
    return this.text.locator("audio");
  }
  get picture(): Locator {
    return this.page.locator("figure img");
  }
  get caption(): Locator {
    return this.page.locator("figcaption");
  }
  author(name: string): Locator {
    return this.page.getByText(`Tác giả bài viết: ${name}`);
  }
  /** The view count, which is one of these numbers. */
  views(...counts: number[]): Locator {
    return this.page.getByText(new RegExp(`^(${counts.join("|")}) lượt xem$`));
  }

  /** What is not printed. */
  get unprinted(): Locator[] {
    return [".rating", ".comments", ".side", "#so-xem", ".figures", "form"].map((part) => this.page.locator(part));
  }

  // rating

  star(stars: number): Locator {
    return this.page.getByRole("radio", { name: `${stars} sao` });
  }
  get allStars(): Locator {
    return this.page.getByRole("radio");
  }
  /** Sends the chosen star where the browser's program does not. */
  get sendStars(): Locator {
    return this.page.getByRole("button", { name: "Gửi đánh giá" });
  }
  get withdrawStars(): Locator {
    return this.page.getByRole("button", { name: "Rút lại đánh giá" });
  }
  /** The card with stars and score. */
  get rating(): Locator {
    return this.page.locator("#danh-gia");
  }
  /** The stars as they are drawn. */
  get starShapes(): Locator {
    return this.page.locator(".star span[aria-hidden]");
  }
  get scoreLine(): Locator {
    return this.page.locator(".score-line");
  }
  score(average: string, votes: number): Locator {
    return this.page.locator(".score-line", { hasText: `Xếp hạng: ${average} - ${votes} phiếu bầu` });
  }
  /** The score as screen readers announce it. */
  get announcedScore(): Locator {
    return this.page.locator(".rating .visually-hidden[role=status]");
  }
  get noScore(): Locator {
    return this.page.getByText("Chưa có đánh giá");
  }
  totals(points: number, ratings: number): Locator {
    return this.page.getByText(`Tổng số điểm của bài viết là: ${points} trong ${ratings} đánh giá`);
  }
  ownVote(stars: number): Locator {
    return this.page.getByText(`Ông/bà đã đánh giá ${stars} sao.`);
  }
  /** What the card says while a vote is on its way. */
  get sending(): Locator {
    return this.page.locator(".own-vote", { hasText: "Đang gửi đánh giá…" });
  }
  /** A star that was chosen by keyboard and not given. */
  chosen(stars: number): Locator {
    return this.page.getByText(`Đã chọn ${stars} sao, chưa gửi.`);
  }
  get noOwnVote(): Locator {
    return this.page.getByText("Ông/bà chưa đánh giá.");
  }
  get voteWithdrawn(): Locator {
    return this.page.getByText("Đã rút lại đánh giá.");
  }
  /** The link of the error summary that leads to the stars. */
  get chooseStars(): Locator {
    return this.page.getByRole("link", { name: "Chọn từ 1 đến 5 sao" });
  }
  get noConnection(): Locator {
    return this.page.getByText("Không kết nối được");
  }
}

export function onArticle(page: Page): ArticlePage {
  return new ArticlePage(page);
}

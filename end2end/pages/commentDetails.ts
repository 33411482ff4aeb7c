// The details of a comment: by when and by whom it is answered, its conversation, its writer, and what was done to it.
import type { Locator, Page } from "@playwright/test";

/** The details of a comment, beside the list or on its card. */
class Details {
  constructor(private readonly page: Page) {}

  get root(): Locator {
    return this.page.locator("#chi-tiet:visible, .card-details:visible");
  }
  get history(): Locator {
    return this.root.locator(".history li");
  }
  get undoLatest(): Locator {
    return this.root.getByRole("button", { name: "Hoàn tác quyết định gần nhất" });
  }
  get openBlock(): Locator {
    return this.root.locator("summary", { hasText: "Chặn người viết này" });
  }
  get blockDays(): Locator {
    return this.root.getByLabel("Trong bao lâu");
  }
  get blockNote(): Locator {
    return this.root.getByLabel("Câu nhắn cho người viết");
  }
  get blockWriter(): Locator {
    return this.root.getByRole("button", { name: "Chặn người viết", exact: true });
  }
  /** Opens the form that blocks, and blocks for as long as it offers first. */
  async block(): Promise<void> {
    await this.openBlock.click();
    await this.blockWriter.click();
  }
  get unblockWriter(): Locator {
    return this.root.getByRole("button", { name: "Bỏ chặn người viết" });
  }

  // by when a comment is answered, and by whom

  get openQuestion(): Locator {
    return this.root.locator("summary", { hasText: /^(Ghi là cần trả lời|Đổi hạn, người trả lời)$/ });
  }
  get dueDay(): Locator {
    return this.root.getByLabel("Hạn trả lời");
  }
  get assignee(): Locator {
    return this.root.getByLabel("Người trả lời");
  }
  get passedTo(): Locator {
    return this.root.getByLabel("Đã chuyển bộ phận khác");
  }
  get passedNote(): Locator {
    return this.root.getByLabel("Vì sao chuyển");
  }
  get saveQuestion(): Locator {
    return this.root.getByRole("button", { name: "Lưu", exact: true });
  }
  get needsNoAnswer(): Locator {
    return this.root.getByRole("button", { name: "Không cần trả lời" });
  }

  // a correction of the office's own answer

  get openCorrection(): Locator {
    return this.root.locator("summary", { hasText: "Sửa câu trả lời" });
  }
  get correctedText(): Locator {
    return this.root.getByRole("textbox", { name: /^Câu trả lời/ });
  }
  get saveCorrection(): Locator {
    return this.root.getByRole("button", { name: "Lưu câu trả lời" });
  }
  get earlierWordings(): Locator {
    return this.root.locator(".wordings > li");
  }

  // notes among staff

  get notes(): Locator {
    return this.root.locator(".notes > li");
  }
  get openNote(): Locator {
    return this.root.locator("summary", { hasText: "Viết ghi chú" });
  }
  get noteBody(): Locator {
    return this.root.getByLabel("Chỉ cán bộ đọc được");
  }
  get noteOnComment(): Locator {
    return this.root.getByRole("button", { name: "Ghi vào ý kiến này" });
  }
  get noteOnWriter(): Locator {
    return this.root.getByRole("button", { name: "Ghi về người viết" });
  }
  /** Deletes the first note, in two presses. */
  async deleteNote(): Promise<void> {
    await this.notes.first().locator("summary").click();
    await this.notes.first().getByRole("button", { name: "Xóa hẳn ghi chú này" }).click();
  }

  // the conversation around a comment, and what its writer wrote

  get writerHeading(): Locator {
    return this.root.getByRole("heading", { name: "Người viết" });
  }
  /** A comment beside the one whose details are shown. */
  related(text: string): Locator {
    return this.root.locator(".related > li", { hasText: text });
  }
  /** What was typed into a form that is gone. */
  get unsent(): Locator {
    return this.root.getByRole("textbox", { name: "Ông/bà đã viết, chưa lưu được:" });
  }
  /** Writes an answer to a comment of the conversation. */
  async writeAnswerToRelated(text: string, answer: string): Promise<void> {
    const related = this.related(text).first();
    await related.locator("summary", { hasText: "Trả lời ý kiến này" }).click();
    await related.getByLabel(/^Trả lời chính thức cho /).fill(answer);
  }
  /** Answers a comment of the conversation. */
  async answerRelated(text: string, answer: string): Promise<void> {
    await this.writeAnswerToRelated(text, answer);
    await this.related(text).first().getByRole("button", { name: /trả lời$/ }).click();
  }
}

export function details(page: Page): Details {
  return new Details(page);
}

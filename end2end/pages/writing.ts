// The room where articles are written: its list, and the page of one article.
import { type Locator, type Page, expect } from "@playwright/test";
import { waitUntilLive } from "./site.ts";

export const ARTICLES = "/quan-tri/bai-viet";

/** A title that no other test has. */
export function newTitle(): string {
  return `Lịch cúp nước số ${Date.now()}${Math.floor(Math.random() * 1000)}`;
}

class Writing {
  constructor(private readonly page: Page) {}

  // the list

  get begin(): Locator {
    return this.page.getByRole("button", { name: "Viết bài", exact: true });
  }
  tab(label: string): Locator {
    return this.page.getByRole("navigation", { name: "Trạng thái" }).getByRole("link", { name: label });
  }
  row(title: string): Locator {
    return this.page.locator(".written .row", { hasText: title });
  }
  async search(title: string): Promise<void> {
    await this.page.getByText("Tìm bài viết").click();
    await this.page.getByRole("searchbox").fill(title);
    await this.page.getByRole("button", { name: "Tìm", exact: true }).click();
  }

  // the page of an article

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }
  button(label: string): Locator {
    return this.page.getByRole("button", { name: label, exact: true });
  }
  /** A part that opens on a press. */
  part(label: string): Locator {
    return this.page.locator("summary", { hasText: label });
  }
  /** Where the article stands. */
  get stage(): Locator {
    return this.page.locator(".edit-article .stage");
  }
  get notice(): Locator {
    return this.page.locator(".room-content > .notice[role=status]");
  }
  /** Whether what is being typed is kept. */
  get keepState(): Locator {
    return this.page.locator("#trang-thai-luu");
  }
  /** The editor's text, once the editor has come. */
  get editor(): Locator {
    return this.page.locator(".editor-text [contenteditable=true]").first();
  }
  format(label: string): Locator {
    return this.page.getByRole("toolbar", { name: "Định dạng" }).getByRole("button", { name: label, exact: true });
  }
  get pictureChooser(): Locator {
    return this.page.locator(".editor input[type=file][accept^='image/']");
  }
  get wordChooser(): Locator {
    return this.page.locator(".editor input[type=file][accept^='.docx']");
  }
  get fileChooser(): Locator {
    return this.page.locator(".editor input[type=file][accept^='.pdf']");
  }
  /** What the editor says below its text. */
  get editorStatus(): Locator {
    return this.page.locator(".editor-status");
  }
  /** What the editor offers to do with one press. */
  get offer(): Locator {
    return this.page.locator(".editor-offer");
  }
  /** The descriptions of the pictures in the text. */
  get descriptions(): Locator {
    return this.page.getByLabel("Lời mô tả ảnh");
  }
  /** Begins an article whose editor is there. */
  async beginInEditor(): Promise<void> {
    await this.page.goto(ARTICLES);
    await this.begin.click();
    await waitUntilLive(this.page);
    await expect(this.editor).toBeVisible();
  }
  /** What the editor holds, without the marks of the editor itself. */
  async body(): Promise<string> {
    return this.page.locator("textarea[name=body]").evaluate((area: HTMLTextAreaElement) => area.value);
  }
  /** Paragraphs, captions, pictures and important words in the editor. */
  get editorParagraphs(): Locator {
    return this.editor.locator("p");
  }
  get editorCaptions(): Locator {
    return this.page.locator(".editor-text figcaption");
  }
  get editorPictures(): Locator {
    return this.editor.locator("figure img");
  }
  get editorStrong(): Locator {
    return this.editor.locator("strong");
  }
  /** The pictures to choose from, without script. */
  get pictureChoices(): Locator {
    return this.page.locator("#picture .choice");
  }
  get chosenPicture(): Locator {
    return this.page.locator("#picture input:checked");
  }
  /** What two texts do not share. */
  get deletions(): Locator {
    return this.page.locator(".compared del");
  }
  get insertions(): Locator {
    return this.page.locator(".compared ins");
  }
  /** The revisions to compare with; one is chosen by how its label begins. */
  async compareWith(label: string): Promise<void> {
    const revisions = this.page.getByLabel("So với bản");
    await revisions.selectOption({ label: await revisions.locator("option", { hasText: label }).innerText() });
  }
  get publicLink(): Locator {
    return this.page.getByRole("link", { name: "Xem bài trên trang" });
  }
  get bothTexts(): Locator {
    return this.page.getByRole("region", { name: "Có hai bản khác nhau" });
  }

  /** Begins an article at the list, writes it and saves it. */
  async saveNew(title: string): Promise<void> {
    await this.page.goto(ARTICLES);
    await this.begin.click();
    await this.write(title);
    await this.button("Lưu").click();
  }
  /** Writes what every article needs. */
  async write(title: string): Promise<void> {
    await this.field("Tiêu đề").fill(title);
    await this.field("Chuyên mục").selectOption("Thông báo");
    await this.field("Đoạn mở đầu").fill("Ngày 25/7, từ 8 giờ đến 16 giờ.");
    await this.field("Nội dung").fill("## Bà con lưu ý\n\n- **Trữ nước** từ tối hôm trước\n- Khóa vòi khi ra khỏi nhà");
  }
}

export function writing(page: Page): Writing {
  return new Writing(page);
}

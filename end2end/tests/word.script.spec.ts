// Word files and old encodings: what becomes of them in the editor, and what is refused with what to do.
import * as docx from "docx";
import { zipSync, strToU8 } from "../../frontend/node_modules/fflate/esm/index.mjs";
import { expect, openDeskOf, test } from "../fixtures.ts";
import { picture } from "../pages/library.ts";
import { waitUntilLive } from "../pages/site.ts";
import { ARTICLES, newTitle, writing } from "../pages/writing.ts";
import { encode } from "../../frontend/editor/encodings.js";
import type { Page } from "@playwright/test";
import { onArticle } from "../pages/article.ts";

const WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

async function begin(openBrowser: () => Promise<Page>): Promise<Page> {
  const page = await openDeskOf(openBrowser, "mai");
  await writing(page).beginInEditor();
  return page;
}

async function makeWord(children: docx.FileChild[], footnotes: docx.IPropertiesOptions["footnotes"] = {}): Promise<Buffer> {
  return docx.Packer.toBuffer(new docx.Document({ footnotes, sections: [{ children }] }));
}

const line = (text: string, font?: string, bold = false) =>
  new docx.Paragraph({ children: [new docx.TextRun({ text, bold, font })] });

/** The report of a meeting, as somebody types it. */
async function makeReport(title: string): Promise<Buffer> {
  const cell = (text: string) => new docx.TableCell({ children: [new docx.Paragraph(text)] });
  return makeWord(
    [
      line(title, undefined, true),
      new docx.Paragraph({ text: "Nội dung họp", heading: docx.HeadingLevel.HEADING_1 }),
      new docx.Paragraph({
        children: [new docx.TextRun("Bà con đóng góp"), new docx.FootnoteReferenceRun(1), new docx.TextRun(" sôi nổi.")],
      }),
      new docx.Paragraph({ text: "Trữ nước", bullet: { level: 0 } }),
      new docx.Paragraph({ text: "Khóa vòi", bullet: { level: 0 } }),
      new docx.Paragraph({
        children: [
          new docx.ImageRun({
            type: "png",
            data: picture("hop-to-dan-cu").buffer,
            transformation: { width: 300, height: 200 },
            altText: { title: "Họp", description: "Bà con ngồi họp trong nhà văn hóa", name: "hop" },
          }),
        ],
      }),
      new docx.Table({ rows: [new docx.TableRow({ children: [cell("Khu phố"), cell("Giờ")] }), new docx.TableRow({ children: [cell("3"), cell("8 giờ")] })] }),
      new docx.Paragraph({
        children: [new docx.ExternalHyperlink({ link: "https://vidu.example/", children: [new docx.TextRun("Xem thêm")] })],
      }),
    ],
    { 1: { children: [new docx.Paragraph("Theo biên bản ngày 12/7.")] } },
  );
}

const chooseWord = (page: Page, name: string, buffer: Buffer) =>
  writing(page).wordChooser.setInputFiles({ name, mimeType: WORD, buffer });

test("a Word file becomes the article, with its headings, lists, table, picture and notes", async ({ openBrowser }) => {
  const page = await begin(openBrowser);
  const title = newTitle();
  await chooseWord(page, "Bien ban.docx", await makeReport(title));
  await page.getByRole("button", { name: "Dùng làm tiêu đề" }).click();
  await expect(writing(page).field("Tiêu đề")).toHaveValue(title);
  const html = await writing(page).body();
  for (const part of [
    "<h2>Nội dung họp</h2>",
    "<p>Bà con đóng góp[1] sôi nổi.</p>",
    /<li><p>Trữ nước<\/p><\/li><li><p>Khóa vòi<\/p><\/li>/,
    /<figure><img data-picture="\d+"><figcaption><\/figcaption><\/figure>/,
    "Khu phố",
    '<a href="https://vidu.example/">Xem thêm</a>',
    "<p>[1] Theo biên bản ngày 12/7.</p>",
  ])
    expect(html).toMatch(part instanceof RegExp ? part : new RegExp(part.replace(/[[\]().?+]/g, "\\$&")));
  expect(html).not.toContain(title);
  await expect(writing(page).descriptions).toHaveValue("Bà con ngồi họp trong nhà văn hóa");
});

test("a second Word file asks what becomes of the text that is there", async ({ openBrowser }) => {
  const page = await begin(openBrowser);
  await chooseWord(page, "mot.docx", await makeWord([line("Bản thứ nhất.")]));
  await expect(writing(page).editor).toContainText("Bản thứ nhất.");
  const second = await makeWord([line("Bản thứ hai.")]);
  await chooseWord(page, "hai.docx", second);
  await page.getByRole("button", { name: "Thôi" }).click();
  expect(await writing(page).body()).toBe("<p>Bản thứ nhất.</p>");
  await chooseWord(page, "hai.docx", second);
  await page.getByRole("button", { name: "Thêm vào cuối" }).click();
  await expect(writing(page).editor).toContainText("Bản thứ hai.");
  expect(await writing(page).body()).toBe("<p>Bản thứ nhất.</p><p>Bản thứ hai.</p>");
  await chooseWord(page, "hai.docx", second);
  await page.getByRole("button", { name: "Thay nội dung" }).click();
  await expect(writing(page).editor).not.toContainText("Bản thứ nhất.");
  expect(await writing(page).body()).toBe("<p>Bản thứ hai.</p>");
  await chooseWord(page, "trong.docx", await makeWord([line("")]));
  await page.getByRole("button", { name: "Thêm vào cuối" }).click();
  await expect(writing(page).editorStatus).toHaveText("Tệp trong.docx không có chữ nào.");
});

test("a Word file in an old encoding is shown before and after, and converted with one press", async ({ openBrowser }) => {
  const page = await begin(openBrowser);
  const sentence = "Kính mời bà con đến nhà văn hóa khu phố họp tổ dân phố.";
  const word = await makeWord([
    line(encode("thông báo", "tcvn3"), ".VnTimeH"),
    line(encode(sentence, "tcvn3"), ".VnTime"),
    line("Số điện thoại: 1022", "Times New Roman"),
  ]);
  await chooseWord(page, "cu.docx", word);
  await expect(writing(page).offer).toContainText("TCVN3");
  await expect(writing(page).offer).toContainText("THÔNG BÁO");
  expect(await writing(page).body(), "nothing is converted unasked").toContain(encode("mời", "tcvn3"));
  await page.getByRole("button", { name: "Chuyển sang Unicode" }).click();
  const html = await writing(page).body();
  expect(html).toContain(`<p>THÔNG BÁO</p><p>${sentence}</p><p>Số điện thoại: 1022</p>`);
});

test("text of an old encoding that is pasted into a sentence is converted in its place", async ({ openBrowser }) => {
  const page = await begin(openBrowser);
  await writing(page).editor.click();
  await page.keyboard.type("Trước sau");
  for (let n = 0; n < 3; n++) await page.keyboard.press("ArrowLeft");
  const typed = encode("Ủy ban nhân dân phường thông báo", "vni");
  await writing(page).editor.evaluate((editor, html) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, `<span>${typed}</span>`);
  await expect(writing(page).offer).toContainText("VNI");
  // what is typed before the press is not taken for the pasted text
  await page.keyboard.type(" ngay ");
  await page.getByRole("button", { name: "Chuyển sang Unicode" }).click();
  expect(await writing(page).body()).toBe("<p>Trước Ủy ban nhân dân phường thông báo ngay sau</p>");
});

test("files that are no Word text are refused with what to do", async ({ openBrowser }) => {
  const page = await begin(openBrowser);
  const entry = (size: number) => new Uint8Array(size);
  const good = { "word/document.xml": strToU8("<w:document/>") };
  const refusals: [string, Uint8Array, string][] = [
    ["a.docx", strToU8("Không phải tệp Word"), "không phải tệp Word dạng .docx"],
    ["b.docx", zipSync({ "x.txt": strToU8("x") }), "không phải tệp Word dạng .docx"],
    ["c.doc", strToU8("\u00d0\u00cf\u0011\u00e0 cũ"), "không phải tệp Word dạng .docx"],
    ["d.docx", zipSync({ ...good, "word/vbaProject.bin": strToU8("x") }), "có macro"],
    ["e.docx", zipSync({ ...good, "word/media/a": entry(101 * 1024 * 1024) }, { level: 9 }), "bung ra quá lớn"],
    ["f.docx", zipSync({ ...good, ...Object.fromEntries([...Array(501)].map((_, n) => [`a${n}`, strToU8("x")])) }), "bung ra quá lớn"],
    ["g.docx", zipSync({ "word/document.xml": strToU8('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>') }), "không phải tệp Word dạng .docx"],
    ["h.docx", zipSync(good).subarray(0, 40), "Không đọc được tệp này|không phải tệp Word"],
  ];
  for (const [name, bytes, said] of refusals) {
    await writing(page).wordChooser.setInputFiles({ name, mimeType: WORD, buffer: Buffer.from(bytes) });
    await expect(writing(page).editorStatus, name).toHaveText(new RegExp(said));
  }
  expect(await writing(page).body()).toBe("");
});

test("from a Word file and three photographs to a published article in fifteen presses", async ({ openBrowser, page: reader }) => {
  const page = await openDeskOf(openBrowser, "mai");
  await page.goto(ARTICLES);
  const title = newTitle();
  const presses: string[] = [];
  const press = async (name: string, target: import("@playwright/test").Locator) => {
    presses.push(name);
    await target.click();
  };
  await press("begin", writing(page).begin);
  await waitUntilLive(page);
  await expect(writing(page).editor).toBeVisible();
  // a file is chosen with a press on the button and one in the list of files
  const choose = async (button: string, files: { name: string; mimeType: string; buffer: Buffer }[]) => {
    const chooser = page.waitForEvent("filechooser");
    await press(button, writing(page).format(button));
    presses.push(`choose for ${button}`);
    await (await chooser).setFiles(files);
  };
  await choose("Tệp Word", [{ name: "Bien ban.docx", mimeType: WORD, buffer: await makeReport(title) }]);
  await press("title", page.getByRole("button", { name: "Dùng làm tiêu đề" }));
  await choose("Ảnh", ["tiem-phong-soi", "cup-nuoc-khu-pho-3", "nang-cap-hem-12"].map(picture));
  const descriptions = writing(page).descriptions;
  await expect(descriptions).toHaveCount(4);
  for (const field of await descriptions.all()) {
    if (await field.inputValue()) continue;
    presses.push("description");
    await field.fill("Bà con trong khu phố");
    await field.blur();
    await expect(writing(page).editorStatus).toHaveText("Đã lưu lời mô tả ảnh.");
  }
  presses.push("category", "choose the category", "lead");
  await writing(page).field("Chuyên mục").selectOption("Thông báo");
  await writing(page).field("Đoạn mở đầu").fill("Tổ dân phố họp bàn việc trữ nước.");
  await press("publish", writing(page).button("Đăng ngay"));
  await expect(writing(page).stage).toHaveText("Đã đăng");
  console.log("presses:", presses.length, presses.join(", "));
  expect(presses.length).toBeLessThanOrEqual(15);
  await reader.goto((await writing(page).publicLink.getAttribute("href"))!);
  await expect(reader.getByRole("heading", { level: 1 })).toHaveText(title);
  await expect(onArticle(reader).textPictures).toHaveCount(4);
});

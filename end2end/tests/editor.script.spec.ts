// The editor: formatting, Vietnamese typing, what is pasted from office programs, pictures, and nothing lost.
import { audit, expect, expectStatusOn, openDeskOf, test } from "../fixtures.ts";
import { picture } from "../pages/library.ts";
import { holdRequests } from "../pages/site.ts";
import { newTitle, writing } from "../pages/writing.ts";
import type { Page } from "@playwright/test";
import { onArticle } from "../pages/article.ts";

/** Begins an article whose editor is there. */
async function begin(openBrowser: () => Promise<Page>): Promise<Page> {
  const page = await openDeskOf(openBrowser, "mai");
  await writing(page).beginInEditor();
  return page;
}

async function paste(page: Page, html: string): Promise<void> {
  await writing(page).editor.evaluate((editor, html) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", "x");
    editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, html);
}

/** Types as an input method does: each letter changes the word that is being composed, which is then finished. */
async function compose(page: Page, steps: string[]): Promise<void> {
  const client = await page.context().newCDPSession(page);
  for (const text of steps) {
    await client.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  }
  await client.send("Input.insertText", { text: steps.at(-1)! });
  await client.detach();
}

test("an article is formatted, saved, opened again without a change, and read", async ({ openBrowser, page: reader }) => {
  const title = newTitle();
  const page = await begin(openBrowser);
  await writing(page).field("Tiêu đề").fill(title);
  await writing(page).field("Chuyên mục").selectOption("Thông báo");
  await writing(page).field("Đoạn mở đầu").fill("Ngày 25/7, từ 8 giờ đến 16 giờ.");
  await writing(page).editor.click();
  await writing(page).format("Mục").click();
  await page.keyboard.type("Bà con lưu ý");
  await page.keyboard.press("Enter");
  await writing(page).format("Danh sách").click();
  await writing(page).format("Đậm").click();
  await page.keyboard.type("Trữ nước");
  await writing(page).format("Đậm").click();
  await page.keyboard.type(" từ tối hôm trước");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Khóa vòi");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Bà con xem lịch ở đây");
  for (const _ of "đây") await page.keyboard.press("Shift+ArrowLeft");
  await writing(page).format("Liên kết").click();
  await page.getByLabel("Địa chỉ liên kết").fill("tayninh.gov.vn/lich");
  await page.keyboard.press("Enter");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await audit(page);
  await writing(page).format("Bảng").click();
  await page.keyboard.type("Khu phố");
  await writing(page).button("Đăng ngay").click();
  await expect(writing(page).stage).toHaveText("Đã đăng");
  const link = await writing(page).publicLink.getAttribute("href");
  await reader.goto(link!);
  const prose = onArticle(reader).text;
  await expect(prose.getByRole("heading", { name: "Bà con lưu ý" })).toBeVisible();
  await expect(prose.getByRole("listitem")).toHaveText(["Trữ nước từ tối hôm trước", "Khóa vòi"]);
  await expect(prose.locator("li strong")).toHaveText("Trữ nước");
  await expect(prose.getByRole("link", { name: "đây" })).toHaveAttribute("href", "https://tayninh.gov.vn/lich");
  await expect(prose.getByRole("columnheader").first()).toHaveText("Khu phố");
  // opened and saved without a change: the same text, and no other revision
  await page.reload();
  await expect(writing(page).editor).toContainText("Khóa vòi");
  const revisions = writing(page).part("Các bản đã lưu");
  const before = await revisions.innerText();
  await writing(page).button("Lưu").click();
  await expect(writing(page).notice).toHaveText("Đã lưu.");
  await expect(revisions).toHaveText(before);
});

test("Vietnamese typing is neither doubled nor lost: in a list, in bold, in a caption, while it is kept", async ({
  openBrowser,
}) => {
  const page = await begin(openBrowser);
  await writing(page).editor.click();
  await writing(page).format("Danh sách").click();
  await compose(page, ["d", "dd", "đ", "đu", "đuo", "đươ", "đườ", "đườn", "đường"]);
  await page.keyboard.type(" ");
  // a word is made bold in the middle of composing
  const client = await page.context().newCDPSession(page);
  await client.send("Input.imeSetComposition", { text: "ngu", selectionStart: 3, selectionEnd: 3 });
  await writing(page).format("Đậm").click();
  await client.send("Input.insertText", { text: "nguyễn" });
  await client.detach();
  await compose(page, [" t", " tr", " trã", " trãi"]);
  await expect.poll(async () => (await writing(page).editor.innerText()).replace(/\s+/g, " ").trim()).toMatch(/^đường ng/);
  const typed = (await writing(page).editor.innerText()).replace(/\s+/g, " ").trim();
  expect(typed.match(/đường/g)).toHaveLength(1);
  expect(typed.match(/trãi/g)).toHaveLength(1);
  // a copy is kept while a word is being composed, and the word goes on
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  const second = await page.context().newCDPSession(page);
  await second.send("Input.imeSetComposition", { text: "nươ", selectionStart: 3, selectionEnd: 3 });
  await expect(writing(page).keepState).toContainText("Đã giữ bản viết dở lúc");
  await second.send("Input.imeSetComposition", { text: "nước", selectionStart: 4, selectionEnd: 4 });
  await second.send("Input.insertText", { text: "nước" });
  await second.detach();
  await expect(writing(page).editorParagraphs.last()).toHaveText("nước");
  await writing(page).pictureChooser.setInputFiles(picture("don-kenh-trong-cay"));
  const caption = writing(page).editorCaptions;
  await expect(caption).toBeVisible();
  await caption.click();
  await compose(page, ["k", "ke", "kê", "kên", "kênh"]);
  await expect(caption).toHaveText("kênh");
  await expect.poll(() => writing(page).body()).toMatch(/<figure><img data-picture="\d+"><figcaption>kênh<\/figcaption><\/figure>/);
});

test("what comes from Word and Google Docs is clean and keeps its structure", async ({ openBrowser }) => {
  const page = await begin(openBrowser);
  await writing(page).editor.click();
  await paste(
    page,
    `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{color:red}</style></head><body>
     <!--StartFragment--><h1 style='font-family:"Times New Roman"'>Thông báo</h1>
     <p class=MsoNormal><b><span style='font-size:14.0pt;color:red'>Kính gửi:<o:p></o:p></span></b> bà con</p>
     <p class=MsoNormal><o:p>&nbsp;</o:p></p>
     <p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><![if !supportLists]><span><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span></span><![endif]>Trữ nước</p>
     <p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>·</span>Từ tối</p>
     <p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>2.</span>Khóa vòi</p>
     <table border=1><tr><td width=100><p class=MsoNormal>Khu phố 1</p></td><td><p class=MsoNormal>8 giờ</p></td></tr></table>
     <p><img src="file:///C:/a.png"></p><p onclick="x()"><a href="https://tayninh.gov.vn">Xem</a></p><!--EndFragment--></body></html>`,
  );
  await expect.poll(() => writing(page).body()).toContain("Khóa vòi");
  const word = await writing(page).body();
  expect(word).not.toMatch(/mso|style|class|font|o:p|file:|onclick|&nbsp;/i);
  expect(word).toContain("<h2>Thông báo</h2>");
  expect(word).toContain("<strong>Kính gửi:</strong> bà con");
  expect(word).toContain("<ol><li><p>Trữ nước</p><ul><li><p>Từ tối</p></li></ul></li><li><p>Khóa vòi</p></li></ol>");
  expect(word).toContain("<p>Khu phố 1</p>");
  expect(word).toContain('<a href="https://tayninh.gov.vn">Xem</a>');
  await expect(page.getByText("Có 1 ảnh không dán kèm được.")).toBeVisible();
  // marks that a list cannot say are words, to which other sentences refer
  await writing(page).editor.press("ControlOrMeta+a");
  await paste(
    page,
    `<h2 style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>Điều 1.</span>Phạm vi</h2>
     <p class=MsoListParagraph style='mso-list:l2 level1 lfo3'><span style='mso-list:Ignore'>a)</span>Khu phố 1</p>
     <p class=MsoListParagraph style='mso-list:l3 level1 lfo4'><span style='mso-list:Ignore'>3.</span>Khóa vòi</p>`,
  );
  await expect
    .poll(() => writing(page).body())
    .toBe('<h2>Điều 1. Phạm vi</h2><p>a) Khu phố 1</p><ol start="3"><li><p>Khóa vòi</p></li></ol>');
  await writing(page).editor.press("ControlOrMeta+a");
  await paste(
    page,
    `<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><h2 style="color:#000">Lịch họp</h2>
     <p dir="ltr"><span style="font-weight:700;color:#f00">Tổ 5</span><span style="font-style:italic"> họp lúc 19 giờ</span></p>
     <ul><li dir="ltr" aria-level="1"><p dir="ltr" role="presentation"><span>Mang theo sổ</span></p></li></ul></b>`,
  );
  await expect
    .poll(() => writing(page).body())
    .toBe(
      "<h2>Lịch họp</h2><p><strong>Tổ 5</strong><em> họp lúc 19 giờ</em></p><ul><li><p>Mang theo sổ</p></li></ul>",
    );
});

test("what is written in the editor survives a lost connection and a reload", async ({ openBrowser }) => {
  const page = await begin(openBrowser);
  expectStatusOn(page, 0);
  await page.route("**/api/keep-copy", (route) => route.abort());
  await writing(page).editor.click();
  await writing(page).format("Đậm").click();
  await page.keyboard.type("Chưa kịp lưu");
  await expect(writing(page).keepState).toContainText("Mất kết nối, bản viết dở được giữ trên máy này.");
  await page.unroute("**/api/keep-copy");
  await page.reload();
  await expect(writing(page).editorStrong).toHaveText("Chưa kịp lưu");
  await expect(writing(page).keepState).toContainText("Đã giữ bản viết dở lúc");
  // without script the same text is there as Markdown, and with the editor again afterwards
  await page.reload();
  await expect(writing(page).editorStrong).toHaveText("Chưa kịp lưu");
});

test("an article of pictures alone keeps them", async ({ openBrowser }) => {
  const page = await begin(openBrowser);
  // saved while they are still on their way: they are waited for, in their order
  const release = await holdRequests(page, "**/thu-vien/tai-len");
  await writing(page).pictureChooser.setInputFiles([picture("hop-to-dan-cu"), picture("tiem-phong-soi")]);
  await writing(page).button("Lưu").click();
  await expect(page.getByText("Đang tải lên. Bài viết được gửi ngay khi tải xong.")).toBeVisible();
  release();
  await expect(writing(page).notice).toHaveText("Đã lưu.");
  const pictures = writing(page).editorPictures;
  await expect(pictures).toHaveCount(2);
  const numbers = await pictures.evaluateAll((images) => images.map((image) => Number(image.getAttribute("alt")!.slice(4))));
  expect(numbers[0]).toBeLessThan(numbers[1]);
});

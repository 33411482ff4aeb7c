// What every reader does, in Firefox and in WebKit.
import { MAIN_TITLE, addComments, mainArticle, makeArticle, makeConversation } from "../data.ts";
import { expect, test } from "./fixtures.ts";

test("an article is read @short", async ({ reader }) => {
  await reader.open(mainArticle().path);
  await reader.expectText("h1", MAIN_TITLE);
  await reader.waitUntilLive();
  await reader.expectCount(".prose > p", 6);
  const picture = await reader.find("figure img");
  await expect.poll(() => picture.getProperty("naturalWidth"), { message: "the picture is loaded" }).toBeGreaterThan(300);
  const overflow = "return document.documentElement.scrollWidth - innerWidth";
  expect(await reader.driver.executeScript(overflow), "nothing is wider than the window").toBeLessThanOrEqual(0);
});

test("a vote is given with one press, changed, and still there after a reload @short", async ({ reader }) => {
  const article = makeArticle();
  await reader.open(article.path);
  await reader.waitUntilLive();
  await reader.press(".star:has(#sao-4)");
  await reader.expectText("#danh-gia", "Ông/bà đã đánh giá 4 sao.");
  await reader.expectText("#danh-gia .score-line", "27 phiếu bầu");
  await reader.press(".star:has(#sao-5)");
  await reader.expectText("#danh-gia", "Ông/bà đã đánh giá 5 sao.");
  await reader.open(article.path);
  await reader.expectText("#danh-gia", "Ông/bà đã đánh giá 5 sao.");
  await reader.expectText("#danh-gia .score-line", "27 phiếu bầu");
});

test("a comment is sent, refused where it is too short, and shown to its writer @short", async ({ reader }) => {
  const article = makeArticle();
  await reader.open(article.path);
  await reader.waitUntilLive();
  await reader.type("#gui-y-kien [name=name]", "Trần Thị Bích");
  await reader.type("#gui-y-kien [name=body]", "ngắn");
  await reader.press("#gui-y-kien [name=consent]");
  await reader.press("#gui-y-kien button.button");
  await reader.expectText("#gui-y-kien", "Nội dung cần ít nhất 10 ký tự");
  await reader.type("#gui-y-kien [name=body]", " thì viết dài thêm: đèn hẻm 12 tắt đã ba hôm.");
  await reader.press("#gui-y-kien button.button");
  await reader.expectText(".comment.pending", "đèn hẻm 12 tắt đã ba hôm.");
  await reader.open(article.path);
  await reader.expectText(".comment.pending", "Đang chờ duyệt.");
});

test("the office is written to, and its answer will be read on a page of one's own @short", async ({ reader }) => {
  await reader.open("/lien-he");
  await reader.type("#gui-loi-nhan [name=name]", "Trần Thị Bích");
  await reader.type("#gui-loi-nhan [name=phone]", "0912 345 678");
  await reader.type("#gui-loi-nhan [name=body]", "Phường nhận hồ sơ xin cấp giấy khai sinh ở đâu?");
  await reader.press("#gui-loi-nhan [name=consent]");
  await reader.press("#gui-loi-nhan button.button");
  await reader.expectText(".status-line", "Lời nhắn của ông/bà đang chờ trả lời.");
  await reader.expectText(".comment-body", "giấy khai sinh");
});

test("two tabs follow one article", async ({ reader }) => {
  const article = makeArticle([{ body: "Ý kiến đầu tiên ở đây." }]);
  await reader.open(article.path);
  await reader.waitUntilLive();
  const [first, second] = await reader.openTab(article.path);
  await reader.waitUntilLive();
  await reader.press(".star:has(#sao-3)");
  await reader.expectText("#danh-gia .score-line", "27 phiếu bầu");
  const [added] = addComments(article.id, [{ name: "Lê Thảo", body: "Có nước lại chưa ạ?" }]);
  await reader.expectText(".new-comments", "1 ý kiến mới");
  await reader.switchTo(first);
  await reader.expectText("#danh-gia .score-line", "27 phiếu bầu");
  await reader.expectText("#danh-gia", "Ông/bà đã đánh giá 3 sao.");
  await reader.expectText(".new-comments", "1 ý kiến mới");
  await reader.press(".new-comments button");
  await reader.expectText(`#y-kien-${added}`, "Có nước lại chưa ạ?");
  // the tab that holds the stream is closed: the other one takes over
  await reader.driver.close();
  await reader.switchTo(second);
  addComments(article.id, [{ body: "Vẫn chưa có nước." }]);
  await reader.expectText(".new-comments", "2 ý kiến mới");
});

test("going back finds the place", async ({ reader }) => {
  await reader.open(mainArticle().path);
  await reader.waitUntilLive();
  await reader.press("header a[href='/']");
  await expect.poll(async () => new URL(await reader.driver.getCurrentUrl()).pathname).toBe("/");
  const link = `main a[href="${mainArticle().path}"]`;
  await expect.poll(() => reader.count(link)).toBeGreaterThan(0);
  await reader.scrollTo(link);
  // a page that was left must not be remembered at its top
  const place = await reader.scrollY();
  expect(place).toBeGreaterThan(100);
  await reader.press(link);
  await reader.expectText("h1", MAIN_TITLE);
  await expect.poll(() => reader.scrollY(), { message: "a page begins at its top" }).toBe(0);
  await reader.driver.navigate().back();
  await expect.poll(() => reader.count(link)).toBeGreaterThan(0);
  await expect.poll(() => reader.scrollY(), { message: "where the reader was" }).toBe(place);
});

test("a page that is loaded again is live at once", async ({ reader }) => {
  const article = makeArticle();
  await reader.open(article.path);
  await reader.waitUntilLive();
  // a lock that was not given back is taken after twenty seconds of silence
  for (const load of [() => reader.driver.navigate().refresh(), () => reader.open(article.path)]) {
    const begun = Date.now();
    await load();
    await reader.waitUntilLive();
    expect(Date.now() - begun).toBeLessThan(10_000);
  }
});

test("what was being typed survives a reload, and the other replies open in place", async ({ reader }) => {
  const { article, replies } = makeConversation(12);
  await reader.open(article.path);
  await reader.waitUntilLive();
  await reader.type("#gui-y-kien [name=body]", "Đang viết dở dang một ý kiến.");
  await reader.press("a[data-replies]");
  await reader.expectCount(".replies > .comment", 12);
  const focused = "return document.activeElement.id";
  await expect.poll(() => reader.driver.executeScript(focused)).toBe(`y-kien-${replies[5]}`);
  await reader.driver.navigate().refresh();
  await reader.waitUntilLive();
  const body = async () => (await reader.find("#gui-y-kien [name=body]")).getProperty("value");
  await expect.poll(body).toBe("Đang viết dở dang một ý kiến.");
});

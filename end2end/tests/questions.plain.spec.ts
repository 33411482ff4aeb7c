// What readers ask, and what staff note about it, without script.
import { type Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { demoPassword, expect, expectStatusOn, test } from "../fixtures.ts";
import { addComments, changeSetting, emptyQueue, makeArticle } from "../data.ts";
import { comments } from "../pages/comments.ts";
import { signIn } from "../pages/account.ts";
import { FIGURES, QUEUE } from "../pages/desk.ts";
import { details } from "../pages/commentDetails.ts";
import { card, cards, cardWith, commentsRoom, dueLine } from "../pages/moderation.ts";
import { figureTable } from "../pages/rooms.ts";
import { site } from "../pages/site.ts";

/** The day so many days from now, as browsers write it. */
function dayFromNow(days: number): string {
  return new Date(Date.now() + days * 86_400_000 + 7 * 3_600_000).toISOString().slice(0, 10);
}

async function showDetails(desk: Page, text: string): Promise<void> {
  await card(cardWith(desk, text)).showDetails.click();
  await expect(details(desk).root).toBeVisible();
}

test("a question waits in a tab of its own until it is answered, and readers see how many were", async ({
  page,
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  const question = `Khi nào có nước lại ạ? (${article.id})`;
  await page.goto(article.path);
  await comments(page).fill({ body: question });
  await comments(page).send.click();
  await expect(comments(page).pendingBody).toHaveText(question);
  const desk = await openBrowser(staffState);
  await desk.goto(QUEUE);
  await expect(dueLine(cardWith(desk, question))).toContainText(/Hạn trả lời \d\d\/\d\d\/\d{4}/);
  const tab = `${QUEUE}?muc=chua-tra-loi&bai=${article.id}`;
  await desk.goto(tab);
  await expect(cards(desk), "nobody reads it yet").toHaveCount(0);
  await desk.goto(QUEUE);
  await card(cardWith(desk, question)).approve.click();
  await desk.goto(tab);
  await expect(cards(desk)).toHaveCount(1);
  await expect(commentsRoom(desk).tab("Chưa trả lời")).toHaveAttribute("aria-current", "page");

  // by when and by whom; what was typed into a form that is refused is still there
  await showDetails(desk, question);
  await details(desk).openQuestion.click();
  await details(desk).dueDay.fill(dayFromNow(-9));
  await details(desk).passedTo.fill("Điện lực");
  expectStatusOn(desk, 422);
  await details(desk).saveQuestion.click();
  await expect(site(desk).alert.first()).toContainText("Hạn trả lời phải là một ngày từ hôm ý kiến được gửi");
  await expect(details(desk).passedTo).toHaveValue("Điện lực");
  await details(desk).dueDay.fill(dayFromNow(0));
  await details(desk).assignee.selectOption({ label: "Chị Mai" });
  await details(desk).passedNote.fill("chờ lịch sửa");
  await details(desk).saveQuestion.click();
  await expect(commentsRoom(desk).justDecided).toContainText("Đã lưu hạn và người trả lời.");
  await expect(dueLine(cardWith(desk, question))).toHaveText("Hạn trả lời hôm nay · Chị Mai · đã chuyển Điện lực");
  await expect(details(desk).root).toContainText("Đã chuyển Điện lực: chờ lịch sửa.");

  // the running site follows the command line in a moment
  const countSentences = async () => {
    await page.goto(article.path);
    return page.getByText("câu hỏi trong năm").count();
  };
  changeSetting("questions.shown", "1");
  await expect.poll(countSentences).toBe(1);
  await expect(page.getByText(/^Phường đã trả lời 0\/1 câu hỏi trong năm \d{4}\.$/)).toBeVisible();
  await desk.goto(tab);
  await card(desk).openAnswer.click();
  await card(desk).officialReply.fill("Từ 11 giờ hôm nay.");
  await card(desk).answer.click();
  await desk.goto(tab);
  await expect(cards(desk)).toHaveCount(0);
  await expect(desk.getByText("Không có ý kiến nào khớp.")).toBeVisible();
  await page.goto(article.path);
  await expect(page.getByText(/^Phường đã trả lời 1\/1 câu hỏi trong năm \d{4}\.$/)).toBeVisible();
  await page.goto("/");
  await expect(page.getByText(/^Phường đã trả lời \d+\/\d+ câu hỏi trong năm \d{4}\.$/)).toBeVisible();
  changeSetting("questions.shown", "0");
  await expect.poll(countSentences).toBe(0);
});

test("a comment is marked by hand as a question and as none, and who marks it second is told", async ({
  openBrowser,
  staffState,
}) => {
  const article = makeArticle();
  addComments(article.id, [{ name: "Lê Thảo", body: `Nhà tôi chưa có nước, số ${article.id}.` }]);
  const published = `${QUEUE}?muc=da-dang&bai=${article.id}`;
  const tab = `${QUEUE}?muc=chua-tra-loi&bai=${article.id}`;
  const [desk, late] = [await openBrowser(staffState), await openBrowser()];
  await signIn(late, "hoa", demoPassword());
  for (const page of [desk, late]) {
    await page.goto(published);
    await showDetails(page, `số ${article.id}`);
    await details(page).openQuestion.click();
  }
  await details(desk).saveQuestion.click();
  expectStatusOn(late, 409);
  await details(late).passedTo.fill("Điện lực");
  await details(late).passedNote.fill("chờ lịch sửa");
  await details(late).saveQuestion.click();
  await expect(site(late).alert.first()).toContainText(
    /Chị Lan đã ghi hạn và người trả lời trước, lúc .* Phần ông\/bà vừa lưu không có tác dụng\./,
  );
  await expect(details(late).passedTo, "what was typed is still there").toHaveValue("Điện lực");
  await desk.goto(tab);
  await expect(cards(desk)).toHaveCount(1);
  await showDetails(desk, `số ${article.id}`);
  await details(desk).openQuestion.click();
  await details(desk).needsNoAnswer.click();
  await expect(commentsRoom(desk).justDecided).toContainText("Đã ghi là ý kiến này không cần trả lời.");
  await desk.goto(tab);
  await expect(cards(desk)).toHaveCount(0);
});

test("figures are of the days that one chooses, and the same tables come as a file", async ({ openBrowser, staffState }) => {
  const article = makeArticle();
  addComments(article.id, [{ name: "Lê Thảo", body: `Nhà tôi chưa có nước, số ${article.id}.` }]);
  const desk = await openBrowser(staffState);
  await desk.goto(`${QUEUE}?muc=da-dang&bai=${article.id}`);
  await card(desk).openAnswer.click();
  await card(desk).officialReply.fill("Từ 11 giờ hôm nay.");
  await card(desk).answer.click();
  await desk.goto(FIGURES);
  const people = figureTable(desk, "Theo người duyệt");
  await expect(people.getByRole("row", { name: /^Chị Lan/ })).toBeVisible();
  await desk.getByLabel("Từ ngày").fill(dayFromNow(-9));
  await desk.getByLabel("Đến ngày").fill(dayFromNow(-2));
  await desk.getByRole("button", { name: "Xem", exact: true }).click();
  await expect(people).toHaveCount(0);
  await expect(desk.getByText("Chưa có gì trong thời gian này.").first()).toBeVisible();
  await desk.goto(`${FIGURES}?tu=${dayFromNow(2)}&den=${dayFromNow(-2)}`);
  await expect(site(desk).alert.first()).toContainText("“Từ ngày” ở sau “Đến ngày”.");
  await expect(people.getByRole("row", { name: /^Chị Lan/ })).toBeVisible();
  const started = desk.waitForEvent("download");
  await desk.getByRole("button", { name: "Tải các bảng này (CSV)" }).click();
  const file = await started;
  expect(file.suggestedFilename()).toMatch(/^so-lieu-\d{4}-\d\d-\d\d\.csv$/);
  const text = readFileSync(await file.path(), "utf8");
  expect(text).toMatch(/Theo người duyệt\r\nNgười duyệt,Duyệt,Từ chối,Gỡ,Giữ lại,Trả lời,Hoàn tác\r\n/);
  expect(text).toMatch(/\r\nChị Lan,\d+,\d+,\d+,\d+,[1-9]\d*,\d+\r\n/);
});

test("staff note something about a comment and its writer, which the public never sees", async ({
  page,
  openBrowser,
  staffState,
}) => {
  const article = makeArticle();
  const [one] = addComments(article.id, [{ name: "Lê Thảo", body: `Ý kiến cần ghi chú, số ${article.id}.` }]);
  const desk = await openBrowser(staffState);
  await desk.goto(`${QUEUE}?muc=da-dang&bai=${article.id}`);
  await showDetails(desk, `số ${article.id}`);
  await details(desk).openNote.click();
  expectStatusOn(desk, 422);
  await details(desk).noteOnComment.click();
  await expect(site(desk).alert.first()).toContainText("Vui lòng viết nội dung ghi chú");
  await details(desk).noteBody.fill("Đã gọi điện <b>hai</b> lần.\nKhông ai nghe.");
  await details(desk).noteOnComment.click();
  await expect(commentsRoom(desk).justDecided).toContainText("Đã lưu ghi chú.");
  await expect(details(desk).notes).toHaveCount(1);
  await expect(details(desk).notes).toContainText("Đã gọi điện <b>hai</b> lần.");
  await details(desk).openNote.click();
  await details(desk).noteBody.fill("Hay hỏi về nước.");
  await details(desk).noteOnWriter.click();
  await expect(details(desk).notes.first()).toContainText("về người viết");
  await expect(dueLine(cardWith(desk, `số ${article.id}`))).toHaveText("có ghi chú");
  await page.goto(article.path);
  await expect(comments(page).byId(one)).toBeVisible();
  expect(await page.content()).not.toMatch(/gọi điện|hỏi về nước/);
  await details(desk).deleteNote();
  await expect(commentsRoom(desk).justDecided).toContainText("Đã xóa ghi chú.");
  await expect(details(desk).notes).toHaveCount(1);
});

import { expect, test } from "../fixtures.ts";
import { addComments, emptyQueue, makeArticle } from "../data.ts";
import { site } from "../pages/site.ts";
import { onArticle } from "../pages/article.ts";
import { comments } from "../pages/comments.ts";
import { onReportPage } from "../pages/report.ts";
import { CLOSURES, QUEUE } from "../pages/desk.ts";
import { card, commentsRoom } from "../pages/moderation.ts";
import { closuresRoom } from "../pages/rooms.ts";

test("a reported comment stays published until staff decide", async ({
  page,
  openBrowser,
  staffState,
  expectStatus,
}) => {
  const article = makeArticle();
  const [id, other] = addComments(article.id, [
    { name: "Lê Thảo", body: "Ý kiến bị bạn đọc báo." },
    { name: "Anh Hai", body: "Ý kiến khác trên trang." },
  ]);
  await page.goto(article.path);
  await comments(page).report("Lê Thảo").click();
  await expect(onReportPage(page).quotedComment).toContainText("Ý kiến bị bạn đọc báo.");
  expectStatus(422);
  await onReportPage(page).note.fill("nói xấu tổ trưởng");
  await onReportPage(page).send.click();
  await expect(site(page).alert).toContainText("Chọn một lý do");
  await expect(onReportPage(page).note).toHaveValue("nói xấu tổ trưởng");
  await onReportPage(page).reason("Xúc phạm người khác").check();
  await onReportPage(page).send.click();
  await expect(onReportPage(page).thanks).toBeVisible();
  // a visitor can report a comment only once
  await page.goto(`/bao-vi-pham/${id}`);
  await expect(onReportPage(page).send).toHaveCount(0);
  await onReportPage(page).backToArticle.click();
  await expect(comments(page).byId(id)).toContainText("Ý kiến bị bạn đọc báo.");
  const desk = await openBrowser(staffState);
  await desk.goto(QUEUE);
  await commentsRoom(desk).tab("Bị báo").click();
  const reported = comments(desk).byId(id);
  await expect(reported).toContainText("1 bạn đọc báo vi phạm: Xúc phạm người khác. “nói xấu tổ trưởng”");
  await expect(comments(desk).byId(other)).toHaveCount(0);
  await card(reported).keep.click();
  await expect(commentsRoom(desk).ownDecision("giữ lại")).toHaveCount(0);
  await expect(commentsRoom(desk).justDecided).toContainText("đã giữ lại");
  await card(commentsRoom(desk).justDecided).undo.click();
  await expect(reported).toBeVisible();
  await card(reported).refuse();
  await page.reload();
  await expect(comments(page).byId(id)).toHaveCount(0);
  expectStatus(404);
  await page.goto(`/bao-vi-pham/${id}`);
  await expect(site(page).heading).not.toHaveText("Báo vi phạm");
});

test("personal data in a comment is covered and uncovered", async ({ page, openBrowser, staffState, expectStatus }) => {
  emptyQueue();
  const article = makeArticle();
  const reasons = [{ kind: "personal" as const, at: { start: 11, end: 23 } }];
  const [id] = addComments(article.id, [
    { name: "Lê Thảo", body: "Gọi tôi số 0909 123 456 nhé, nhà ở hẻm 12.", reasons },
  ]);
  const desk = await openBrowser(staffState);
  await desk.goto(`${QUEUE}?muc=da-dang&bai=${article.id}`);
  const reported = comments(desk).byId(id);
  await card(reported).openCover.click();
  await expect(card(reported).personalData).toHaveValue("0909 123 456");
  await card(reported).cover.click();
  await expect(card(reported).covered).toHaveText("0909 123 456");
  await page.goto(article.path);
  await expect(comments(page).bodyOf(id)).toHaveText("Gọi tôi số ••• nhé, nhà ở hẻm 12.");
  expect(await page.content()).not.toContain("0909 123 456");
  await card(reported).openCover.click();
  await card(reported).uncoverAll.click();
  await expect(card(reported).covered).toHaveCount(0);
  await page.reload();
  await expect(comments(page).bodyOf(id)).toContainText("0909 123 456");
});

test("comments and ratings of one article are closed and reopened", async ({
  page,
  openBrowser,
  staffState,
  expectStatus,
}) => {
  const [article, other] = [makeArticle([{ body: "Ý kiến đã có từ trước." }]), makeArticle()];
  const desk = await openBrowser(staffState);
  await desk.goto(`${CLOSURES}?bai=${article.id}`);
  await closuresRoom(desk).fill("Đã hết thời gian góp ý cho bài này.");
  await page.goto(article.path);
  await comments(page).fill({ body: "Ý kiến viết dở khi mục này đóng." });
  await closuresRoom(desk).close.click();
  await expect(closuresRoom(desk).closure(article.title)).toContainText("Đóng ý kiến và đánh giá");
  // the form that was open before the closure keeps what was typed
  expectStatus(403);
  await comments(page).send.click();
  await expect(page.getByText("Đã hết thời gian góp ý cho bài này.").first()).toBeVisible();
  await expect(comments(page).body).toHaveValue("Ý kiến viết dở khi mục này đóng.");
  await page.goto(article.path);
  await expect(comments(page).send).toBeHidden();
  await expect(onArticle(page).allStars.first()).toBeHidden();
  await expect(page.getByText("Ý kiến đã có từ trước.")).toBeVisible();
  await page.goto(other.path);
  await expect(comments(page).send).toBeVisible();
  await closuresRoom(desk).reopen(article.title).click();
  await page.goto(article.path);
  await expect(comments(page).send).toBeVisible();
});

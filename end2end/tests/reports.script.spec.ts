import { audit, expect, test } from "../fixtures.ts";
import { addComments, makeArticle, reopenArticle } from "../data.ts";
import { site, waitUntilLive } from "../pages/site.ts";
import { onArticle } from "../pages/article.ts";
import { comments } from "../pages/comments.ts";
import { onReportPage } from "../pages/report.ts";
import { CLOSURES, QUEUE } from "../pages/desk.ts";
import { card } from "../pages/moderation.ts";
import { closuresRoom } from "../pages/rooms.ts";

test("an open page covers text and closes its forms live without losing typed text", async ({
  page,
  openBrowser,
  staffState,
}) => {
  const article = makeArticle();
  const [id] = addComments(article.id, [{ name: "Lê Thảo", body: "Gọi tôi số 0909 123 456 nhé." }]);
  await page.goto(article.path);
  await waitUntilLive(page);
  const body = comments(page).bodyOf(id);
  await expect(body).toContainText("0909 123 456");
  const desk = await openBrowser(staffState);
  await desk.goto(`${QUEUE}?muc=da-dang&bai=${article.id}`);
  await waitUntilLive(desk);
  const published = comments(desk).byId(id);
  // the form offers to cover the selected text
  await card(published).body.evaluate((element) => {
    const range = document.createRange();
    const text = element.querySelector("span")!.firstChild!;
    range.setStart(text, 11);
    range.setEnd(text, 23);
    getSelection()!.removeAllRanges();
    getSelection()!.addRange(range);
  });
  await card(published).openCover.click();
  await expect(card(published).personalData).toHaveValue("0909 123 456");
  await audit(desk);
  await card(published).cover.click();
  await expect(body).toHaveText("Gọi tôi số ••• nhé.");
  await expect(comments(page).newCommentsNotice, "covering is not a new comment").toBeHidden();
  await desk.goto(`${CLOSURES}?bai=${article.id}`);
  await closuresRoom(desk).fill("Đã hết thời gian góp ý.");
  await audit(desk);
  const second = await openBrowser();
  await second.goto(article.path);
  await waitUntilLive(second);
  await comments(second).body.fill("Ý kiến viết dở.");
  await closuresRoom(desk).close.click();
  await expect(comments(page).closed).toHaveText("Đã hết thời gian góp ý.");
  await expect(comments(page).send).toBeHidden();
  await expect(onArticle(page).allStars.first()).toBeHidden();
  await expect(comments(second).closed).toBeVisible();
  await expect(comments(second).body).toHaveValue("Ý kiến viết dở.");
  await audit(page);
  reopenArticle(article.id);
  await expect(comments(page).send).toBeVisible();
});

test("a comment is reported through its link, and the desk shows the report live", async ({
  page,
  openBrowser,
  staffState,
}) => {
  const article = makeArticle();
  const [id] = addComments(article.id, [{ name: "Lê Thảo", body: "Ý kiến bị bạn đọc báo." }]);
  const desk = await openBrowser(staffState);
  await desk.goto(`${QUEUE}?muc=bi-bao`);
  await waitUntilLive(desk);
  await page.goto(article.path);
  await waitUntilLive(page);
  await comments(page).report("Lê Thảo").click();
  await expect(site(page).main).toBeFocused();
  await expect(onReportPage(page).heading).toBeVisible();
  await audit(page);
  await onReportPage(page).reason("Quảng cáo").check();
  await onReportPage(page).send.click();
  await expect(onReportPage(page).thanks).toBeVisible();
  const reported = comments(desk).byId(id);
  await expect(reported).toContainText("1 bạn đọc báo vi phạm: Quảng cáo");
  await card(reported).keep.click();
  await expect(card(reported).outcome).toHaveText("Đã giữ lại");
  await card(reported).undoWithCountdown.click();
  await expect(card(reported).keep).toBeVisible();
  await audit(desk);
});

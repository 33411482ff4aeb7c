// How comments are taken, on pages that are open.
import { audit, expect, test } from "../fixtures.ts";
import { addComments, emptyQueue, makeArticle } from "../data.ts";
import { comments } from "../pages/comments.ts";
import { QUEUE } from "../pages/desk.ts";
import { card } from "../pages/moderation.ts";
import { closuresRoom } from "../pages/rooms.ts";
import { waitUntilLive } from "../pages/site.ts";

test("what is published at once appears on every open page, and an article that ends closes there", async ({
  page,
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [{ body: "Ý kiến đã đăng từ trước." }]);
  const [desk, reader] = [await openBrowser(staffState), await openBrowser()];
  await desk.goto(`/quan-tri/dong-mo?bai=${article.id}`);
  await audit(desk);
  await closuresRoom(desk).mode("Đăng ngay với người từng được duyệt").check();
  await closuresRoom(desk).savePolicy.click();
  await expect(closuresRoom(desk).policy(article.title)).toHaveCount(1);
  await page.clock.install();
  await page.goto(article.path);
  await waitUntilLive(page);
  await comments(page).fill({ body: "Ý kiến đầu tiên của tôi ở đây." });
  // nobody writes a comment in fewer seconds than the rules know
  await page.clock.fastForward(10_000);
  await comments(page).send.click();
  await expect(comments(page).sent).toBeVisible();
  await desk.goto(`${QUEUE}?bai=${article.id}`);
  await waitUntilLive(desk);
  await card(desk).approve.click();
  await comments(page).showNew(1).click();
  await expect(comments(page).pendingBody).toHaveCount(0);
  await reader.goto(article.path);
  await waitUntilLive(reader);
  await comments(page).body.fill("Ý kiến thứ hai hiện ngay.");
  await comments(page).send.click();
  await expect(comments(page).published).toBeVisible();
  await expect(comments(page).all.filter({ hasText: "Ý kiến thứ hai hiện ngay." })).toHaveCount(1);
  await comments(reader).showNew(1).click();
  await expect(comments(reader).all.filter({ hasText: "Ý kiến thứ hai hiện ngay." })).toHaveCount(1);
  await desk.goto(`/quan-tri/dong-mo?bai=${article.id}`);
  await closuresRoom(desk).openDays.fill("30");
  await closuresRoom(desk).savePolicy.click();
  await expect(comments(reader).closed).toContainText("Bài viết đã hết thời gian nhận ý kiến.");
});

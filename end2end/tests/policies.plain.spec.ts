// How comments are taken at an article: held, at once from writers who are known, and only for some days.
import { expect, test } from "../fixtures.ts";
import { emptyQueue, makeArticle } from "../data.ts";
import { comments } from "../pages/comments.ts";
import { QUEUE } from "../pages/desk.ts";
import { card, cardWith } from "../pages/moderation.ts";
import { closuresRoom } from "../pages/rooms.ts";

const room = (article: { id: number }) => `/quan-tri/dong-mo?bai=${article.id}`;

test("comments of a writer who was approved are published at once where the office says so", async ({
  page,
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  const desk = await openBrowser(staffState);
  await desk.goto(room(article));
  await expect(closuresRoom(desk).mode("Như toàn trang")).toBeChecked();
  await closuresRoom(desk).mode("Đăng ngay với người từng được duyệt").check();
  await closuresRoom(desk).savePolicy.click();
  await expect(closuresRoom(desk).policy(article.title)).toContainText("đăng ngay với người từng được duyệt");

  const write = async (body: string) => {
    await page.goto(article.path);
    await comments(page).fill({ body });
    await comments(page).send.click();
    await expect(comments(page).all.filter({ hasText: body })).toHaveCount(1);
  };
  await write("Ý kiến đầu tiên của tôi ở đây.");
  await expect(comments(page).pendingBody).toHaveText("Ý kiến đầu tiên của tôi ở đây.");
  await desk.goto(`${QUEUE}?bai=${article.id}`);
  await card(desk).approve.click();
  await write("Ý kiến thứ hai hiện ngay.");
  await expect(comments(page).pendingBody).toHaveCount(0);
  const stranger = await openBrowser();
  await stranger.goto(article.path);
  await expect(comments(stranger).all.filter({ hasText: "Ý kiến thứ hai hiện ngay." })).toHaveCount(1);
  await desk.goto(`${QUEUE}?muc=da-dang&bai=${article.id}`);
  await expect(cardWith(desk, "Ý kiến thứ hai hiện ngay.")).toContainText("Trang đã đăng ngay vì người viết từng được duyệt");
  // what the rules find is held all the same
  await write("Bán đất nền giá rẻ tại https://vidu.example/dat nhé.");
  await expect(comments(page).pendingBody).toContainText("Bán đất nền");

  await desk.goto(room(article));
  await closuresRoom(desk).asEverywhere(article.title).click();
  await expect(closuresRoom(desk).policy(article.title)).toHaveCount(0);
  await write("Bây giờ thì chờ duyệt như cũ.");
  await expect(comments(page).pendingBody.filter({ hasText: "chờ duyệt như cũ" })).toHaveCount(1);
});

test("an article takes comments for some days, and keeps what was typed", async ({
  page,
  openBrowser,
  staffState,
  expectStatus,
}) => {
  expectStatus(403);
  const article = makeArticle([{ body: "Ý kiến đã đăng từ trước." }]);
  const desk = await openBrowser(staffState);
  await page.goto(article.path);
  await comments(page).fill({ body: "Ý kiến đang viết dở." });
  await desk.goto(room(article));
  await closuresRoom(desk).openDays.fill("30");
  await closuresRoom(desk).savePolicy.click();
  await expect(closuresRoom(desk).policy(article.title)).toContainText("ngừng nhận sau 30 ngày");
  await comments(page).send.click();
  await expect(comments(page).closed).toContainText("Bài viết đã hết thời gian nhận ý kiến.");
  await expect(comments(page).body).toHaveValue("Ý kiến đang viết dở.");
  await expect(comments(page).all).toHaveCount(1);
  await page.goto(article.path);
  await expect(comments(page).form).toBeHidden();
});

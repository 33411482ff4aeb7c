// The queue on a phone without script: the first decision is in sight, and what opens in place does so too.
import { expect, test } from "../fixtures.ts";
import { addComments, emptyQueue, makeArticle } from "../data.ts";
import { commentStates, rejectionNotes } from "../state.ts";
import { FIGURES, QUEUE } from "../pages/desk.ts";
import { figureTables } from "../pages/rooms.ts";
import { details } from "../pages/commentDetails.ts";
import { card, cards, commentsRoom } from "../pages/moderation.ts";

test("the first decision is on the first screen of a phone, a reason is two presses, and details have a page", async ({
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  const reasons = [{ kind: "personal" as const, at: { start: 8, end: 18 } }];
  const [top] = addComments(article.id, [{ name: "Cô Ba", body: "Ý kiến mà chú Năm trả lời.", state: "published" }]);
  addComments(article.id, [
    { name: "Chú Năm", body: "Trả lời đang chờ duyệt.", state: "pending", parent: top },
    { name: "Dì Sáu", body: "Xin gọi 0987654321 giúp tôi.", state: "pending", reasons },
  ]);
  const desk = await openBrowser(staffState);
  await desk.setViewportSize({ width: 360, height: 740 });
  await desk.goto(QUEUE);
  await expect(card(cards(desk).first()).approve).toBeInViewport({ ratio: 1 });
  await expect(commentsRoom(desk).searchBox).toBeHidden();
  await card(cards(desk).first()).showDetails.click();
  await expect(details(desk).root).toContainText("Ý kiến mà chú Năm trả lời.");
  await expect(details(desk).root).toBeInViewport();
  // pressing beside the sheet closes it
  await card(cards(desk).first()).reasons.click();
  await expect(card(cards(desk).first()).reasonButton("Quảng cáo")).toBeVisible();
  await desk.mouse.click(20, 20);
  await expect(card(cards(desk).first()).reasonButton("Quảng cáo")).toBeHidden();
  await card(cards(desk).first()).refuse("Quảng cáo");
  await expect(commentsRoom(desk).justDecided).toContainText("đã từ chối");
  expect(rejectionNotes(article.id)).toEqual(["Quảng cáo"]);
  await card(desk).coverAndApprove("0987654321").click();
  await expect(commentsRoom(desk).justDecided).toContainText("Đã che thông tin cá nhân và duyệt ý kiến.");
  expect(commentStates(article.id)).toEqual(["published", "rejected", "published"]);
  // the figures show all their columns on a phone
  await desk.setViewportSize({ width: 390, height: 844 });
  await desk.goto(FIGURES);
  const tables = figureTables(desk);
  await expect(tables).toHaveCount(3);
  for (const table of await tables.all()) {
    const hidden = await table.evaluate((box) => box.scrollWidth - box.clientWidth);
    expect(hidden).toBe(0);
  }
});

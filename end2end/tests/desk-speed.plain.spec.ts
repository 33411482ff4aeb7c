// The queue on a phone without script: the first decision is in sight, and what opens in place does so too.
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { addComments, emptyQueue, makeArticle } from "../data.ts";
import { commentStates, rejectionNotes } from "../state.ts";
import { FIGURES, QUEUE } from "../pages/desk.ts";
import { figureTables } from "../pages/rooms.ts";
import { details } from "../pages/commentDetails.ts";
import { comments } from "../pages/comments.ts";
import { card, cards, cardWith, commentsRoom } from "../pages/moderation.ts";

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
});

test("the figures show every column of all their tables on a phone", async ({ openBrowser, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  await ask(openBrowser, article.path);
  addComments(article.id, [{ body: "Ý kiến bị từ chối.", state: "pending" }]);
  const desk = await openBrowser(staffState);
  await desk.goto(QUEUE);
  await card(cardWith(desk, "Bao giờ")).approve.click();
  await card(cardWith(desk, "bị từ chối")).refuse("Quảng cáo");
  for (const width of [390, 360]) {
    await desk.setViewportSize({ width, height: 740 });
    await desk.goto(FIGURES);
    const tables = figureTables(desk);
    await expect(tables).toHaveCount(5);
    for (const table of await tables.all()) {
      const hidden = await table.evaluate((box) => box.scrollWidth - box.clientWidth);
      expect(hidden, `columns that are cut off at ${width} pixels`).toBe(0);
    }
  }
});

test("a desktop without script has queue and details side by side, and decides on both sides", async ({
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  const bodies = Array.from({ length: 8 }, (_, n) => ({ name: `Người ${n + 1}`, body: `Ý kiến số ${n + 1}.` }));
  addComments(
    article.id,
    bodies.map((comment) => ({ ...comment, state: "pending" as const })),
  );
  const desk = await openBrowser(staffState);
  await desk.setViewportSize({ width: 1280, height: 900 });
  await desk.goto(QUEUE);
  for (let n = 0; n < 6; n += 1) await expect(cards(desk).nth(n)).toBeInViewport({ ratio: 1 });
  await card(cardWith(desk, "Ý kiến số 3.")).showDetails.click();
  await expect(details(desk).root).toContainText("Ý kiến của Người 3");
  const [list, beside] = [await cards(desk).nth(2).boundingBox(), await details(desk).root.boundingBox()];
  expect(beside!.x, "beside the list").toBeGreaterThanOrEqual(list!.x + list!.width);
  await card(cardWith(desk, "Ý kiến số 3.")).approve.click();
  await expect(commentsRoom(desk).justDecided).toContainText("đã duyệt");
  await expect(card(commentsRoom(desk).justDecided).undo).toBeVisible();
  await card(cardWith(desk, "Ý kiến số 5.")).showDetails.click();
  await details(desk).block();
  await expect(details(desk).root, "what is done there leads back there").toContainText("Chị Lan đã chặn người viết lúc");
  await card(cardWith(desk, "Ý kiến số 4.")).refuse("Quảng cáo");
  await expect(commentsRoom(desk).justDecided).toContainText("đã từ chối");
  expect(commentStates(article.id).slice(2, 5)).toEqual(["published", "rejected", "blocked"]);
});

/** A reader asks a question at an article. */
async function ask(openBrowser: () => Promise<Page>, path: string): Promise<void> {
  const reader = await openBrowser();
  await reader.goto(path);
  await comments(reader).fill({ body: "Bao giờ sửa đèn đường ạ?" });
  await comments(reader).send.click();
  await expect(comments(reader).pendingNote).toBeVisible();
}

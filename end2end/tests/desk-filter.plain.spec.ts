// How the desk's comments are narrowed and chosen, without script.
import { expect, expectStatusOn, test } from "../fixtures.ts";
import { addComments, emptyQueue, makeArticle } from "../data.ts";
import { commentStates } from "../state.ts";
import { QUEUE } from "../pages/desk.ts";
import { bulkBar, cards, commentsRoom } from "../pages/moderation.ts";

const many = (count: number, state: "pending" | "published") =>
  Array.from({ length: count }, (_, n) => ({ name: `Người ${n + 1}`, body: `Vỉa hè số ${n + 1} bị lấn.`, state }));

test("a filter by an article's title and by days stays from tab to tab, and says what makes no sense", async ({
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  const other = makeArticle();
  addComments(article.id, many(2, "pending"));
  addComments(article.id, many(3, "published"));
  addComments(other.id, many(4, "pending"));
  const desk = await openBrowser(staffState);
  const room = commentsRoom(desk);
  await desk.goto(QUEUE);
  await room.openFilters();
  await room.titleField.fill("THU SO");
  await room.filterButton.click();
  await expect(cards(desk), "several titles match, and nothing is narrowed yet").toHaveCount(6);
  const link = commentsRoom(desk).articleChoiceOf(article.id);
  await expect(room.articleChoice).not.toHaveCount(0);
  await link.click();
  await expect(cards(desk)).toHaveCount(2);
  await room.tab("Đã đăng").click();
  await expect(cards(desk)).toHaveCount(3);
  await expect(room.matches(3), "what narrows is said, and the fields do not push the comments down").toContainText(
    article.title,
  );
  await expect(room.day("Từ ngày")).toBeHidden();
  await room.openFilters();
  await room.day("Từ ngày").fill("2026-02-02");
  await room.day("Đến ngày").fill("2026-02-01");
  await room.filterButton.click();
  await expect(room.reversedDays).toBeVisible();
  await expect(cards(desk)).toHaveCount(3);
  await room.day("Từ ngày").fill("2020-02-01");
  await room.day("Đến ngày").fill("2020-02-02");
  await room.filterButton.click();
  await expect(room.noMatches).toBeVisible();
  await room.openFilters();
  await room.everyArticle.click();
  await expect(desk).not.toHaveURL(/bai=/);
  await desk.goto(`${QUEUE}?ten=kh%C3%B4ng+c%C3%B3+b%C3%A0i+n%C3%A0o`);
  await expect(desk.getByText("Không có bài viết nào có “không có bài nào” trong tiêu đề.")).toBeVisible();
});

test("one goes on to the next page and back, and decides about a whole page at once", async ({
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, many(53, "published"));
  const desk = await openBrowser(staffState);
  const room = commentsRoom(desk);
  await desk.goto(`${QUEUE}?muc=da-dang&bai=${article.id}`);
  await expect(cards(desk)).toHaveCount(50);
  await room.nextPage.click();
  await expect(cards(desk)).toHaveCount(3);
  await room.previousPage.click();
  await expect(cards(desk)).toHaveCount(50);
  await expect(room.previousPage).toHaveCount(0);
  await room.nextPage.click();
  await room.wholePage.check();
  await bulkBar(desk).refuse();
  await expect(bulkBar(desk).decidedAll(3)).toBeVisible();
  expect(commentStates(article.id).filter((state) => state === "removed")).toHaveLength(3);
  await desk.goto(`${QUEUE}?muc=da-dang&bai=${article.id}`);
  await room.wholePage.check();
  expectStatusOn(desk, 428);
  await bulkBar(desk).refuse();
  await bulkBar(desk).confirm("Gỡ", 50).click();
  await expect(bulkBar(desk).decidedAll(50)).toBeVisible();
  expect(new Set(commentStates(article.id))).toEqual(new Set(["removed"]));
});

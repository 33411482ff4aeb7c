// How much of an office's time the queue takes: presses, keys and pixels, counted.
import { audit, expect, expectStatusOn, test } from "../fixtures.ts";
import type { Page } from "@playwright/test";
import { type Comment, addComments, emptyQueue, makeArticle } from "../data.ts";
import { commentStates, rejectionNotes } from "../state.ts";
import { site, waitUntilLive } from "../pages/site.ts";
import { comments } from "../pages/comments.ts";
import { QUEUE } from "../pages/desk.ts";
import { details } from "../pages/commentDetails.ts";
import { bulkBar, card, cardWith, cards, commentsRoom } from "../pages/moderation.ts";

const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1280, height: 900 };

/** Opens the queue of one article with these comments, live, on a phone where nothing else is said. */
async function openQueue(open: () => Promise<Page>, comments: Comment[], viewport = PHONE) {
  emptyQueue();
  const article = makeArticle();
  const ids = addComments(article.id, comments);
  const desk = await open();
  await desk.setViewportSize(viewport);
  await desk.goto(QUEUE);
  await waitUntilLive(desk);
  return { article, ids, desk };
}

const short = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ name: `Người ${n + 1}`, body: `Ý kiến số ${n + 1}.`, state: "pending" as const }));

test("thirty short comments are decided on a phone with thirty presses, and little scrolling", async ({
  openBrowser,
  staffState,
}) => {
  const { article, desk } = await openQueue(() => openBrowser(staffState), short(30));
  await expect(cards(desk)).toHaveCount(30);
  // the first decision is on the first screen, without anything that is wanted rarely
  await expect(card(cards(desk).first()).approve).toBeInViewport({ ratio: 1 });
  let scrolled = 0;
  for (let n = 0; n < 30; n += 1) {
    const button = card(cards(desk).nth(n)).approve;
    const before = await desk.evaluate(() => scrollY);
    await button.scrollIntoViewIfNeeded();
    const distance = Math.abs((await desk.evaluate(() => scrollY)) - before);
    expect(distance, `to comment ${n + 1}`).toBeLessThanOrEqual(300);
    scrolled += distance;
    await button.click();
    await expect(card(cards(desk).nth(n)).outcome).toHaveText("Đã duyệt");
  }
  expect(scrolled).toBeLessThanOrEqual(9000);
  expect(new Set(commentStates(article.id))).toEqual(new Set(["published"]));
  // what is decided takes one line
  const line = await cards(desk).nth(3).boundingBox();
  expect(line!.height).toBeLessThanOrEqual(50);
  await audit(desk);
});

test("thirty short comments are decided with at most forty-five keys", async ({ openBrowser, staffState }) => {
  const { article, desk } = await openQueue(() => openBrowser(staffState), short(30), DESKTOP);
  await expect(cards(desk)).toHaveCount(30);
  let keys = 0;
  const press = async (key: string) => {
    keys += 1;
    await desk.keyboard.press(key);
  };
  await press("j");
  for (let n = 0; n < 30; n += 1) {
    await expect(cards(desk).nth(n)).toBeFocused();
    if (n % 10 === 9) {
      await press("r");
      await press("1");
    } else await press("a");
  }
  await expect.poll(() => commentStates(article.id).filter((state) => state === "pending")).toEqual([]);
  expect(keys).toBeLessThanOrEqual(45);
  expect(commentStates(article.id).filter((state) => state === "rejected")).toHaveLength(3);
});

test("a refusal with a reason takes two presses, and the reason that was given last comes first", async ({
  openBrowser,
  staffState,
}) => {
  const { article, desk } = await openQueue(() => openBrowser(staffState), short(2));
  const first = card(cards(desk).first());
  await first.reasons.click();
  await expect(first.reasonButton("Thông tin chưa kiểm chứng được")).toBeInViewport({ ratio: 1 });
  await audit(desk);
  // pressing beside the sheet closes it, and so does Escape
  await desk.mouse.click(180, 20);
  await expect(first.reasonButton("Quảng cáo")).toBeHidden();
  await first.reasons.click();
  await desk.keyboard.press("Escape");
  await expect(first.reasonButton("Quảng cáo")).toBeHidden();
  await first.refuse("Thông tin chưa kiểm chứng được");
  await expect(first.outcome).toHaveText("Đã từ chối");
  expect(rejectionNotes(article.id)).toEqual(["Thông tin chưa kiểm chứng được"]);
  await desk.reload();
  const reasons = card(cards(desk).first()).reasonButtons;
  await card(cards(desk).first()).reasons.click();
  await expect(reasons.first()).toContainText("Thông tin chưa kiểm chứng được");
  await expect(reasons.last()).toHaveText("Không nêu lý do");
});

test("a card does not move while the next one is pressed", async ({ openBrowser, staffState }) => {
  const { article, desk } = await openQueue(() => openBrowser(staffState), short(3));
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const answered = desk.waitForResponse("**/api/decide");
  await desk.route("**/api/decide", async (route) => {
    await held;
    await route.continue();
  }, { times: 1 });
  await card(cards(desk).first()).approve.click();
  const second = card(cards(desk).nth(1)).approve;
  await second.scrollIntoViewIfNeeded();
  const before = (await second.boundingBox())!;
  await desk.mouse.move(before.x + 20, before.y + 20);
  await desk.mouse.down();
  release();
  await answered;
  // the finger is still down when the answer is there
  await expect(card(cards(desk).first()).outcome).toHaveText("");
  expect(await second.boundingBox()).toEqual(before);
  await desk.mouse.up();
  await expect(card(cards(desk).first()).outcome).toHaveText("Đã duyệt");
  await expect(card(cards(desk).nth(1)).outcome).toHaveText("Đã duyệt");
  expect(commentStates(article.id)).toEqual(["published", "published", "pending"]);
});

test("a desktop shows six comments, and beside them the details of the one that has the focus", async ({
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  const [top] = addComments(article.id, [{ name: "Cô Ba", body: "Ý kiến mà hai người trả lời.", state: "published" }]);
  addComments(article.id, [
    { name: "Chú Tư", body: "Trả lời đã đăng của chú Tư.", state: "published", parent: top },
    ...short(6),
    { name: "Chú Năm", body: "Trả lời đang chờ.", state: "pending", parent: top },
  ]);
  const desk = await openBrowser(staffState);
  await desk.setViewportSize(DESKTOP);
  await desk.goto(QUEUE);
  await waitUntilLive(desk);
  await expect(details(desk).root).toContainText("Ý kiến của Người 1");
  for (let n = 0; n < 6; n += 1) await expect(cards(desk).nth(n)).toBeInViewport({ ratio: 1 });
  for (let n = 0; n < 7; n += 1) await desk.keyboard.press("j");
  await expect(details(desk).root).toContainText("Ý kiến của Chú Năm");
  await expect(details(desk).root, "what it answers").toContainText("Ý kiến mà hai người trả lời.");
  await expect(details(desk).root, "its neighbours").toContainText("Trả lời đã đăng của chú Tư.");
  await audit(desk);
  // by its link one goes there
  await card(cards(desk).nth(3)).showDetails.click();
  await expect(details(desk).root).toBeFocused();
  await expect(details(desk).root).toContainText("Ý kiến của Người 4");
  await details(desk).block();
  await expect(details(desk).unblockWriter).toBeVisible();
  await expect(card(cards(desk).nth(3)).outcome).toContainText("Đã chặn người viết.");
});

test("on a phone the details open on the card, in place, and what was decided before stays undoable", async ({
  openBrowser,
  staffState,
}) => {
  const { article, desk } = await openQueue(() => openBrowser(staffState), short(3));
  await card(cards(desk).first()).approve.click();
  await expect(card(cards(desk).first()).outcome).toHaveText("Đã duyệt");
  const second = cards(desk).nth(1);
  await card(second).showDetails.click();
  await expect(second).toContainText("Chặn người viết này");
  await audit(desk);
  expect(new URL(desk.url()).search, "the page stays").toBe("");
  await card(second).showDetails.click();
  await expect(second).not.toContainText("Chặn người viết này");
  await expect(card(cards(desk).first()).undoWithCountdown).toBeVisible();
});

test("what looks personal is covered and the comment approved in one press", async ({ page, openBrowser, staffState }) => {
  const reasons = [{ kind: "personal" as const, at: { start: 8, end: 18 } }];
  const pending = [{ body: "Xin gọi 0987654321 giúp tôi.", state: "pending" as const, reasons }];
  const { article, ids, desk } = await openQueue(() => openBrowser(staffState), pending, DESKTOP);
  await card(desk).coverAndApprove("0987654321").click();
  await expect(card(desk).outcome).toHaveText("Đã che thông tin cá nhân và duyệt ý kiến.");
  await page.goto(article.path);
  await expect(comments(page).bodyOf(ids[0])).toHaveText("Xin gọi ••• giúp tôi.");
  await card(desk).undoWithCountdown.click();
  await expect(card(desk).approve).toBeVisible();
  expect(commentStates(article.id)).toEqual(["pending"]);
});

test("what was flagged comes first where one asks for it, with what was found by its name", async ({
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, short(3));
  const reasons = [{ kind: "link" as const, at: { start: 4, end: 16 } }];
  addComments(article.id, [{ name: "Người bán", body: "Mua shop.example đi bà con.", state: "pending", reasons }]);
  const desk = await openBrowser(staffState);
  await desk.goto(QUEUE);
  await expect(cards(desk).first()).toContainText("Người 1");
  await commentsRoom(desk).suspiciousFirst.click();
  await expect(cards(desk).first()).toContainText("Người bán");
  await expect(cards(desk).first()).toContainText("Cần xem: liên kết “shop.example”");
  await expect(cards(desk)).toHaveCount(4);
  await commentsRoom(desk).oldestFirst.click();
  await expect(cards(desk).first()).toContainText("Người 1");
});

test("a reason that was deleted meanwhile is said to be gone, and nothing is decided", async ({ openBrowser, staffState }) => {
  const { article, desk } = await openQueue(() => openBrowser(staffState), short(1), DESKTOP);
  expectStatusOn(desk, 422);
  // the list of this page is an older one
  await desk.evaluate(() => {
    document
      .querySelectorAll(".chips button[value='Quảng cáo']")
      .forEach((reason) => reason.setAttribute("value", "Lý do cũ"));
  });
  await card(desk).refuse("Quảng cáo");
  await expect(cardWith(desk, "Ý kiến số 1.")).toContainText("Lý do này vừa bị xóa khỏi danh sách. Vui lòng chọn lý do khác");
  expect(commentStates(article.id)).toEqual(["pending"]);
  await card(desk).reasonButton("Không nêu lý do").click();
  await expect(card(desk).outcome).toHaveText("Đã từ chối");
});

test("the bar for several comments stands within the thumb's reach and says what it is doing", async ({
  openBrowser,
  staffState,
}) => {
  const { article, desk } = await openQueue(() => openBrowser(staffState), short(12));
  await site(desk).pause.click();
  await card(cards(desk).first()).checkbox.check();
  const box = await bulkBar(desk).approve(1).boundingBox();
  expect(box!.y, "in the lower half").toBeGreaterThan(PHONE.height / 2);
  await expect(bulkBar(desk).approve(1)).toBeInViewport({ ratio: 1 });
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await desk.route("**/api/decide-many", async (route) => {
    await held;
    await route.continue();
  });
  await bulkBar(desk).approve(1).click();
  await expect(bulkBar(desk).form).toContainText("Đang duyệt…");
  release();
  await expect(bulkBar(desk).approved(1)).toBeVisible();
  await bulkBar(desk).undo.click();
  await expect.poll(() => new Set(commentStates(article.id))).toEqual(new Set(["pending"]));
});

test("the open sheets of reasons can be read in dark and in forced colours", async ({ openBrowser, staffState }) => {
  for (const viewport of [PHONE, DESKTOP]) {
    const { desk } = await openQueue(() => openBrowser(staffState), short(3), viewport);
    const audited = async () => {
      await audit(desk);
      for (const shown of [{ colorScheme: "dark" as const }, { forcedColors: "active" as const }]) {
        await desk.emulateMedia(shown);
        await audit(desk, ["color-contrast"]);
      }
      await desk.emulateMedia({ colorScheme: "light", forcedColors: "none" });
    };
    const first = card(cards(desk).first());
    await first.openReason();
    await expect(first.reason).toBeVisible();
    await audited();
    await desk.keyboard.press("Escape");
    await first.checkbox.check();
    await bulkBar(desk).openReason();
    await expect(bulkBar(desk).reason).toBeVisible();
    await audited();
  }
});

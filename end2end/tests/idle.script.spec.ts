import { audit, expect, expectStatusOn, test } from "../fixtures.ts";
import { addComments, emptyQueue, expireSessions, makeArticle, makeStaff } from "../data.ts";
import { waitUntilLive } from "../pages/site.ts";
import { comments } from "../pages/comments.ts";
import { account, signIn } from "../pages/account.ts";
import { QUEUE, idleDialog, sessionAgeNotice, signOutButton } from "../pages/desk.ts";
import { card, cards, commentsRoom } from "../pages/moderation.ts";

const MINUTE = 60_000;

test("an idle session can be extended ten times, and ends without a response", async ({ page, expectStatus }) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [{ body: "Ý kiến chờ trong lúc vắng người.", state: "pending" }]);
  const password = makeStaff("vang");
  await page.clock.install();
  await signIn(page, "vang", password, QUEUE);
  const dialog = idleDialog(page);
  await expect(cards(page)).toHaveCount(1);
  await waitUntilLive(page);
  await page.clock.runFor(28 * MINUTE);
  await expect(dialog.root).toBeHidden();
  await page.clock.runFor(MINUTE + 5_000);
  await expect(dialog.root).toContainText(
    /Bạn đã không sử dụng Site, Bấm vào đây để duy trì trạng thái đăng nhập. Thời gian chờ: 5\d giây/,
  );
  await expect(dialog.extend).toBeFocused();
  await expect(dialog.announcement).toHaveText("Còn 60 giây trước khi đăng xuất.");
  await audit(page);
  await page.clock.runFor(36_000);
  await expect(dialog.announcement).toHaveText("Còn 20 giây trước khi đăng xuất.");
  const extension = () => page.waitForResponse("**/api/keep-alive");
  let extended = extension();
  await page.keyboard.press("Escape");
  expect((await extended).status()).toBe(200);
  await expect(dialog.root).toBeHidden();
  for (let extensions = 0; extensions < 10; extensions += 1) {
    await page.clock.fastForward(29.5 * MINUTE);
    await page.clock.runFor(1_500);
    extended = extension();
    await dialog.extend.click();
    await extended;
    await expect(dialog.root).toBeHidden();
  }
  // a failed request is reported and repeated
  await page.clock.fastForward(29.2 * MINUTE);
  await page.clock.runFor(1_500);
  expectStatusOn(page, 0);
  await page.route("**/api/keep-alive", (route) => route.abort());
  await dialog.extend.click();
  await expect(dialog.root).toContainText("Chưa gia hạn được, đang thử lại.");
  await page.unroute("**/api/keep-alive");
  extended = extension();
  await page.clock.runFor(7_000);
  await extended;
  await expect(dialog.root).toBeHidden();
  // typed text is restored after the session has expired
  await card(page).openReason();
  await card(page).reason.fill("Đang viết dở lý do");
  expireSessions("vang");
  expectStatus(401);
  await page.clock.fastForward(31 * MINUTE);
  await page.clock.runFor(1_500);
  await expect(dialog.root).toContainText("Phiên đăng nhập đã kết thúc");
  await dialog.signInAgain.click();
  await signIn(page, "vang", password, QUEUE);
  await expect(card(page).reason).toHaveValue("Đang viết dở lý do");
  // typed text is deleted when staff sign out themselves
  await signOutButton(page).click();
  await signIn(page, "vang", password, QUEUE);
  await expect(cards(page)).toHaveCount(1);
  await expect(card(page).reason).toHaveValue("");
});

test("activity in one tab extends all tabs, with at most one request a minute", async ({ context, page }) => {
  const password = makeStaff("hai-the");
  await page.clock.install();
  await signIn(page, "hai-the", password, QUEUE);
  await waitUntilLive(page);
  const front = await context.newPage();
  await front.clock.install();
  await front.goto(QUEUE);
  await expect(commentsRoom(front).heading).toBeVisible();
  await front.clock.runFor(20 * MINUTE);
  let requests = 0;
  front.on("request", (request) => (requests += Number(request.url().endsWith("/api/keep-alive"))));
  // the fake clock is faster than the network, so the first request is answered before the clock goes on
  const extended = front.waitForResponse("**/api/keep-alive");
  await front.mouse.move(1, 200);
  await front.clock.runFor(1_500);
  await extended;
  for (let second = 2; second < 50; second += 1) {
    await front.mouse.move(second, 200);
    await front.clock.runFor(1_000);
  }
  expect(requests, "one request for the first activity, and no other within a minute").toBe(1);
  // both tabs share one clock, so the first tab would ask by now without the activity in the second
  await page.clock.runFor(15 * MINUTE);
  await expect(idleDialog(page).root).toBeHidden();
  await front.close();
  // without activity in any tab, the dialog opens after half an hour
  await page.clock.runFor(30 * MINUTE);
  await expect(idleDialog(page).root).toBeVisible();
});

test("a desk open for three days reports the ended session and restores typed text", async ({ page, expectStatus }) => {
  emptyQueue();
  const article = makeArticle();
  const [id] = addComments(article.id, [{ body: "Ý kiến chờ trong ba ngày.", state: "pending" }]);
  const password = makeStaff("ba-ngay");
  await page.clock.install();
  await signIn(page, "ba-ngay", password, QUEUE);
  const pending = comments(page).byId(id);
  await waitUntilLive(page);
  await card(pending).openAnswer.click();
  await card(pending).officialReply.fill("Phường đã nhận và đang xem xét.");
  expireSessions("ba-ngay");
  expectStatus(401);
  await page.clock.fastForward(3 * 24 * 60 * MINUTE);
  await page.clock.runFor(1_500);
  await expect(idleDialog(page).root).toContainText("Phiên đăng nhập đã kết thúc");
  await idleDialog(page).signInAgain.click();
  await signIn(page, "ba-ngay", password, QUEUE);
  await card(pending).openAnswer.click();
  await expect(card(pending).officialReply).toHaveValue("Phường đã nhận và đang xem xét.");
});

test("signing out in one tab blanks the others at once", async ({ page, expectStatus }) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [{ body: "Ý kiến không dành cho người ngoài.", state: "pending" }]);
  const password = makeStaff("roi-di");
  await signIn(page, "roi-di", password, QUEUE);
  await waitUntilLive(page);
  const other = await page.context().newPage();
  await other.goto(QUEUE);
  await expect(cards(other)).toHaveCount(1);
  await waitUntilLive(other);
  expectStatus(401);
  await signOutButton(page).click();
  await expect(cards(other)).toHaveCount(0);
  await expect(account(other).password).toBeVisible();
});

test("a session that reaches its longest time is announced, and ends with what was typed kept", async ({
  page,
  expectStatus,
}) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [{ body: "Ý kiến chờ đến cuối ngày.", state: "pending" }]);
  const password = makeStaff("tan-ca");
  await page.clock.install();
  await signIn(page, "tan-ca", password, QUEUE);
  await waitUntilLive(page);
  const dialog = idleDialog(page);
  await card(page).openReason();
  await card(page).reason.fill("Lý do cuối ngày");
  await expect(sessionAgeNotice(page)).toBeHidden();
  // somebody works the whole day: what a person does extends the session, but not beyond twelve hours
  const work = () => page.evaluate(() => localStorage.setItem("loa-con-day", String(Date.now())));
  for (let part = 0; part < 34; part += 1) {
    await page.clock.fastForward(21 * MINUTE);
    await work();
  }
  await page.clock.runFor(2_000);
  await expect(dialog.root).toBeHidden();
  await page.clock.runFor(MINUTE);
  await expect(sessionAgeNotice(page)).toBeVisible();
  expectStatus(401);
  await work();
  await page.clock.runFor(5 * MINUTE);
  await expect(dialog.signInAgain).toBeVisible();
  await page.context().clearCookies();
  await dialog.signInAgain.click();
  await signIn(page, "tan-ca", password, QUEUE);
  await expect(card(page).reason).toHaveValue("Lý do cuối ngày");
});

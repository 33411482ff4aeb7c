import { audit, expect, test, watching } from "../fixtures.ts";
import { addComments, emptyQueue, expireSessions, makeArticle, makeStaff } from "../data.ts";
import { signIn } from "../pages/account.ts";
import { alive, onArticle } from "../pages/article.ts";
import { QUEUE, cards, decisions, signOutButton } from "../pages/desk.ts";

const MINUTE = 60_000;

test("whoever does nothing is asked, can stay ten times, and is signed out by the server when nobody answers", async ({
  page,
  expectStatus,
}) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [{ body: "Ý kiến chờ trong lúc vắng người.", state: "pending" }]);
  const password = makeStaff("vang");
  await page.clock.install();
  await signIn(page, "vang", password, QUEUE);
  const dialog = page.getByRole("alertdialog");
  const keep = dialog.getByRole("button", { name: "Bấm vào đây" });
  await expect(cards(page)).toHaveCount(1);
  await alive(page);
  await page.clock.runFor(28 * MINUTE);
  await expect(dialog).toBeHidden();
  await page.clock.runFor(MINUTE + 5_000);
  await expect(dialog).toContainText(
    /Bạn đã không sử dụng Site, Bấm vào đây để duy trì trạng thái đăng nhập. Thời gian chờ: 5\d giây/,
  );
  await expect(keep).toBeFocused();
  await expect(dialog.getByRole("status")).toHaveText("Còn 60 giây trước khi đăng xuất.");
  await audit(page);
  await page.clock.runFor(36_000);
  await expect(dialog.getByRole("status")).toHaveText("Còn 20 giây trước khi đăng xuất.");
  const told = () => page.waitForResponse("**/api/keep-alive");
  let heard = told();
  await page.keyboard.press("Escape");
  expect((await heard).status()).toBe(200);
  await expect(dialog).toBeHidden();
  for (let time = 0; time < 10; time += 1) {
    await page.clock.fastForward(29.5 * MINUTE);
    await page.clock.runFor(1_500);
    heard = told();
    await keep.click();
    await heard;
    await expect(dialog).toBeHidden();
  }
  // a try that fails is said, and made again
  await page.clock.fastForward(29.2 * MINUTE);
  await page.clock.runFor(1_500);
  watching.get(page)!.expected.add(0);
  await page.route("**/api/keep-alive", (route) => route.abort());
  await keep.click();
  await expect(dialog).toContainText("Chưa gia hạn được, đang thử lại.");
  await page.unroute("**/api/keep-alive");
  heard = told();
  await page.clock.runFor(7_000);
  await heard;
  await expect(dialog).toBeHidden();
  // nobody answers: what was typed is there after signing in again
  await decisions(page).reason.fill("Đang viết dở lý do");
  expireSessions("vang");
  expectStatus(401);
  await page.clock.fastForward(31 * MINUTE);
  await page.clock.runFor(1_500);
  await expect(dialog).toContainText("Phiên đăng nhập đã kết thúc");
  await dialog.getByRole("link", { name: "Đăng nhập lại" }).click();
  await signIn(page, "vang", password, QUEUE);
  await expect(decisions(page).reason).toHaveValue("Đang viết dở lý do");
  // and gone after leaving on purpose
  await signOutButton(page).click();
  await signIn(page, "vang", password, QUEUE);
  await expect(cards(page)).toHaveCount(1);
  await expect(decisions(page).reason).toHaveValue("");
});

test("work in one tab keeps all, and is told once a minute at most", async ({ context, page }) => {
  const password = makeStaff("hai-the");
  await page.clock.install();
  await signIn(page, "hai-the", password, QUEUE);
  await alive(page);
  const front = await context.newPage();
  await front.clock.install();
  await front.goto(QUEUE);
  await expect(front.getByRole("heading", { name: "Ý kiến", level: 1 })).toBeVisible();
  await front.clock.runFor(20 * MINUTE);
  let told = 0;
  front.on("request", (request) => (told += Number(request.url().endsWith("/api/keep-alive"))));
  // the clock runs faster than any network: the first sign of life has its answer before it goes on
  const heard = front.waitForResponse("**/api/keep-alive");
  await front.mouse.move(1, 200);
  await front.clock.runFor(1_500);
  await heard;
  for (let second = 2; second < 50; second += 1) {
    await front.mouse.move(second, 200);
    await front.clock.runFor(1_000);
  }
  expect(told, "the first sign of life is told, and nothing more for a minute").toBe(1);
  // the other tab would have ended by now, had it not heard of the work in front (both share one clock)
  await page.clock.runFor(15 * MINUTE);
  await expect(page.getByRole("alertdialog")).toBeHidden();
  await front.close();
  // and when nobody works in any tab, this one asks: half an hour is enough, whenever the last sign of life was told
  await page.clock.runFor(30 * MINUTE);
  await expect(page.getByRole("alertdialog")).toBeVisible();
});

test("a desk that was open for three days says so, and loses nothing that was typed", async ({
  page,
  expectStatus,
}) => {
  emptyQueue();
  const article = makeArticle();
  const [id] = addComments(article.id, [{ body: "Ý kiến chờ trong ba ngày.", state: "pending" }]);
  const password = makeStaff("ba-ngay");
  await page.clock.install();
  await signIn(page, "ba-ngay", password, QUEUE);
  const card = onArticle(page).comment(id);
  await alive(page);
  await decisions(card).more.click();
  await decisions(card).answer.fill("Phường đã nhận và đang xem xét.");
  expireSessions("ba-ngay");
  expectStatus(401);
  await page.clock.fastForward(3 * 24 * 60 * MINUTE);
  await page.clock.runFor(1_500);
  await expect(page.getByRole("alertdialog")).toContainText("Phiên đăng nhập đã kết thúc");
  await page.getByRole("link", { name: "Đăng nhập lại" }).click();
  await signIn(page, "ba-ngay", password, QUEUE);
  await decisions(card).more.click();
  await expect(decisions(card).answer).toHaveValue("Phường đã nhận và đang xem xét.");
});

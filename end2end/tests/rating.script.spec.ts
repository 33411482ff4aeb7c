import { audit, expect, test } from "../fixtures.ts";
import { makeArticle } from "../data.ts";
import { votes } from "../state.ts";
import { alive, onArticle } from "../pages/article.ts";

test("a star is enough; the vote is kept, changed and withdrawn", async ({ page }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await alive(page);
  const stored = page.waitForResponse("**/api/rate");
  await onArticle(page).star(5).check();
  await expect(onArticle(page).totals(127, 27)).toBeVisible();
  await expect(page.getByText("Bạn đã cho 5 sao.")).toBeVisible();
  // the stars answer before the server does
  await stored;
  await page.reload();
  await expect(onArticle(page).star(5)).toBeChecked();
  await alive(page);
  await onArticle(page).star(2).check();
  await expect(onArticle(page).totals(124, 27)).toBeVisible();
  await onArticle(page).withdrawStars.click();
  await expect(onArticle(page).totals(122, 26)).toBeVisible();
  await expect(onArticle(page).star(2)).not.toBeChecked();
  await expect(page.getByText("Đã rút lại đánh giá.")).toBeAttached();
  await expect.poll(() => votes(article.id)).toEqual([]);
  await audit(page);
});

test("every other open page shows the new average within a second", async ({ page, another }) => {
  const article = makeArticle([], { points: 0, ratings: 0 });
  const other = await another();
  await Promise.all([page.goto(article.path), other.goto(article.path)]);
  await Promise.all([alive(page), alive(other)]);
  await expect(other.getByText("Chưa có đánh giá")).toBeVisible();
  const answered = page.waitForResponse("**/api/rate");
  await onArticle(page).star(4).check();
  await answered;
  await expect(onArticle(other).scoreLine).toHaveText("Xếp hạng: 4.0 - 1 phiếu bầu", { timeout: 1000 });
  await expect(other.locator(".rating .visually-hidden[role=status]")).toHaveText("Xếp hạng: 4.0 - 1 phiếu bầu");
  await expect(onArticle(other).star(4)).not.toBeChecked();
});

test("a refused vote rolls back with words", async ({ page, expectStatus }) => {
  expectStatus(503);
  const article = makeArticle();
  await page.goto(article.path);
  await alive(page);
  await page.route("**/api/rate", (route) => route.fulfill({ status: 503, body: "Service Unavailable" }));
  await onArticle(page).star(1).click();
  await expect(page.getByRole("alert").filter({ hasText: "Hệ thống đang bận" })).toBeFocused();
  await expect(onArticle(page).star(1)).not.toBeChecked();
  await expect(onArticle(page).totals(122, 26)).toBeVisible();
});

test("a vote without a network says so and can be given again", async ({ page, expectStatus }) => {
  expectStatus(0);
  const article = makeArticle();
  await page.goto(article.path);
  await alive(page);
  await page.route("**/api/rate", (route) => route.abort());
  await onArticle(page).star(3).click();
  await expect(page.getByRole("alert").filter({ hasText: "Không kết nối được" })).toBeVisible();
  await page.unroute("**/api/rate");
  await onArticle(page).star(3).check();
  await expect(onArticle(page).totals(125, 27)).toBeVisible();
  await expect(page.getByText("Không kết nối được")).toBeHidden();
});

test("moving over the stars with the keys is one vote in the end", async ({ page }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await alive(page);
  await onArticle(page).star(1).focus();
  for (let step = 0; step < 4; step++) await page.keyboard.press("ArrowRight");
  await expect(page.getByText("Bạn đã cho 5 sao.")).toBeVisible();
  await expect.poll(() => votes(article.id)).toEqual([5]);
  await expect(onArticle(page).totals(127, 27)).toBeVisible();
});

test("a browser that runs script but no wasm votes and comments like one without script", async ({
  page,
  expectStatus,
}) => {
  expectStatus(0);
  await page.route("**/*.wasm", (route) => route.abort());
  page.removeAllListeners("pageerror");
  const article = makeArticle();
  await page.goto(article.path);
  await onArticle(page).star(4).check();
  await onArticle(page).sendStars.click();
  await expect(onArticle(page).totals(126, 27)).toBeVisible();
  await onArticle(page).fill({ body: "Điện thoại cũ vẫn gửi được ý kiến." });
  await onArticle(page).send.click();
  await expect(onArticle(page).pending).toContainText("Điện thoại cũ vẫn gửi được ý kiến.");
});

import { audit, expect, test } from "../fixtures.ts";
import { makeArticle } from "../data.ts";
import { votes } from "../state.ts";
import { holdRequests, site, waitUntilLive } from "../pages/site.ts";
import { onArticle } from "../pages/article.ts";
import { comments } from "../pages/comments.ts";

test("choosing a star stores the vote, which can be changed and withdrawn", async ({ page }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  const stored = page.waitForResponse("**/api/rate");
  await onArticle(page).star(5).check();
  await expect(onArticle(page).totals(127, 27)).toBeVisible();
  await expect(onArticle(page).ownVote(5)).toBeVisible();
  // the page shows the vote before the server has stored it
  await stored;
  await page.reload();
  await expect(onArticle(page).star(5)).toBeChecked();
  await waitUntilLive(page);
  await onArticle(page).star(2).check();
  await expect(onArticle(page).totals(124, 27)).toBeVisible();
  await onArticle(page).withdrawStars.click();
  await expect(onArticle(page).totals(122, 26)).toBeVisible();
  await expect(onArticle(page).star(2)).not.toBeChecked();
  await expect(onArticle(page).voteWithdrawn).toBeAttached();
  await expect.poll(() => votes(article.id)).toEqual([]);
  await audit(page);
});

test("other open pages show the new average within a second", async ({ page, openBrowser }) => {
  const article = makeArticle([], { points: 0, ratings: 0 });
  const other = await openBrowser();
  await Promise.all([page.goto(article.path), other.goto(article.path)]);
  await Promise.all([waitUntilLive(page), waitUntilLive(other)]);
  await expect(onArticle(other).noScore).toBeVisible();
  const stored = page.waitForResponse("**/api/rate");
  await onArticle(page).star(4).check();
  await stored;
  await expect(onArticle(other).scoreLine).toHaveText("Xếp hạng: 4.0 - 1 phiếu bầu", { timeout: 1000 });
  await expect(onArticle(other).announcedScore).toHaveText("Xếp hạng: 4.0 - 1 phiếu bầu");
  await expect(onArticle(other).star(4)).not.toBeChecked();
});

test("a vote is shown as on its way until it is stored", async ({ page }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  const release = await holdRequests(page, "**/api/rate");
  await onArticle(page).star(4).click();
  await expect(onArticle(page).sending).toBeVisible();
  await expect(onArticle(page).sending).toHaveAttribute("aria-busy", "true");
  // a star that is chosen meanwhile stays chosen
  await onArticle(page).star(4).focus();
  await page.keyboard.press("ArrowRight");
  release();
  await expect(onArticle(page).chosen(5)).toBeVisible();
  await expect(onArticle(page).sending).toHaveCount(0);
  await expect(onArticle(page).totals(126, 27)).toBeVisible();
});

test("a vote on a dead line is taken back within 20 seconds", async ({ page, expectStatus }) => {
  expectStatus(0);
  const article = makeArticle();
  await page.clock.install();
  await page.goto(article.path);
  await waitUntilLive(page);
  await page.route("**/api/rate", () => {});
  await onArticle(page).star(2).click();
  await expect(onArticle(page).sending).toBeVisible();
  await page.clock.fastForward(20_000);
  await expect(site(page).alertWith("Không kết nối được")).toBeVisible();
  await expect(onArticle(page).noOwnVote).toBeVisible();
  await expect(onArticle(page).star(2)).not.toBeChecked();
});

test("a refused vote is rolled back with an error message", async ({ page, expectStatus }) => {
  expectStatus(503);
  const article = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  await page.route("**/api/rate", (route) => route.fulfill({ status: 503, body: "Service Unavailable" }));
  await onArticle(page).star(1).click();
  await expect(site(page).alertWith("Hệ thống đang bận")).toBeFocused();
  await expect(onArticle(page).star(1)).not.toBeChecked();
  await expect(onArticle(page).totals(122, 26)).toBeVisible();
});

test("a vote without a network shows an error and can be repeated", async ({ page, expectStatus }) => {
  expectStatus(0);
  const article = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  await page.route("**/api/rate", (route) => route.abort());
  await onArticle(page).star(3).click();
  await expect(site(page).alertWith("Không kết nối được")).toBeVisible();
  await page.unroute("**/api/rate");
  await onArticle(page).star(3).check();
  await expect(onArticle(page).totals(125, 27)).toBeVisible();
  await expect(onArticle(page).noConnection).toBeHidden();
});

test("by keyboard the arrows choose, and Enter gives one vote", async ({ page }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  await onArticle(page).star(1).focus();
  for (let step = 0; step < 4; step++) await page.keyboard.press("ArrowRight");
  await expect(onArticle(page).chosen(5)).toBeVisible();
  await expect(onArticle(page).totals(122, 26)).toBeVisible();
  expect(votes(article.id)).toEqual([]);
  await page.keyboard.press("Enter");
  await expect(onArticle(page).ownVote(5)).toBeVisible();
  await expect.poll(() => votes(article.id)).toEqual([5]);
  await expect(onArticle(page).totals(127, 27)).toBeVisible();
});

test("voting and commenting work in a browser that cannot load the wasm", async ({ page, expectStatus }) => {
  expectStatus(0);
  await page.route("**/*.wasm", (route) => route.abort());
  page.removeAllListeners("pageerror");
  const article = makeArticle();
  await page.goto(article.path);
  await onArticle(page).star(4).check();
  await onArticle(page).sendStars.click();
  await expect(onArticle(page).totals(126, 27)).toBeVisible();
  await comments(page).fill({ body: "Điện thoại cũ vẫn gửi được ý kiến." });
  await comments(page).send.click();
  await expect(comments(page).pending).toContainText("Điện thoại cũ vẫn gửi được ý kiến.");
});

test("Enter on a star does not withdraw the vote", async ({ page }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  const stored = page.waitForResponse("**/api/rate");
  await onArticle(page).star(4).check();
  await stored;
  await onArticle(page).star(4).press("Enter");
  await onArticle(page).star(4).press("Enter");
  await page.reload();
  await expect(onArticle(page).ownVote(4)).toBeVisible();
  expect(votes(article.id)).toHaveLength(1);
});

import { expect, test } from "../fixtures.ts";
import { makeArticle } from "../data.ts";
import { site } from "../pages/site.ts";
import { onArticle } from "../pages/article.ts";

test("a vote is given, changed and withdrawn without script", async ({ page }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await onArticle(page).star(5).check();
  await onArticle(page).sendStars.click();
  await expect(page).toHaveURL(`${article.path}#danh-gia`);
  await expect(onArticle(page).totals(127, 27)).toBeVisible();
  await expect(onArticle(page).star(5)).toBeChecked();
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ name: "khach", httpOnly: true, sameSite: "Lax", path: "/" });
  expect(cookie.expires - Date.now() / 1000).toBeGreaterThan(399 * 86400);
  await onArticle(page).star(1).check();
  await onArticle(page).sendStars.click();
  await expect(onArticle(page).totals(123, 27)).toBeVisible();
  await onArticle(page).withdrawStars.click();
  await expect(onArticle(page).totals(122, 26)).toBeVisible();
  await expect(onArticle(page).noOwnVote).toBeVisible();
});

test("a vote without stars is refused with 422 and an explanation", async ({ page, expectStatus }) => {
  expectStatus(422);
  const article = makeArticle();
  await page.goto(article.path);
  const refusal = page.waitForResponse((response) => response.url().includes("loi="));
  await onArticle(page).sendStars.click();
  expect((await refusal).status()).toBe(422);
  expect((await refusal).headers()["cache-control"]).toContain("no-store");
  await expect(site(page).alert.first()).toContainText("Chọn từ 1 đến 5 sao");
  await expect(page).toHaveTitle(/^Lỗi: /);
  await onArticle(page).chooseStars.click();
  await expect(page).toHaveURL(/#sao-stars$/);
});

test("Enter on a star gives the vote without script, and does not withdraw it", async ({ page }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await onArticle(page).star(5).check();
  await onArticle(page).star(5).press("Enter");
  await expect(onArticle(page).totals(127, 27)).toBeVisible();
  await onArticle(page).star(3).check();
  await onArticle(page).star(3).press("Enter");
  await expect(onArticle(page).totals(125, 27)).toBeVisible();
});

import { expect, test } from "../fixtures.ts";
import { makeArticle } from "../data.ts";
import { onArticle } from "../pages/article.ts";

test("a vote without script: given, seen, changed, withdrawn", async ({ page }) => {
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
  await expect(page.getByText("Bạn chưa đánh giá.")).toBeVisible();
});

test("no star chosen: the page says what to do and answers 422", async ({ page, expectStatus }) => {
  expectStatus(422);
  const article = makeArticle();
  await page.goto(article.path);
  const back = page.waitForResponse((response) => response.url().includes("loi="));
  await onArticle(page).sendStars.click();
  expect((await back).status()).toBe(422);
  expect((await back).headers()["cache-control"]).toContain("no-store");
  await expect(page.getByRole("alert").first()).toContainText("Chọn từ 1 đến 5 sao");
  await expect(page).toHaveTitle(/^Lỗi: /);
  await page.getByRole("link", { name: "Chọn từ 1 đến 5 sao" }).click();
  await expect(page).toHaveURL(/#sao-stars$/);
});

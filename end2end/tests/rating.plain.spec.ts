import { expect, makeArticle, test } from "../fixtures.ts";

test("a vote without script: given, seen, changed, withdrawn", async ({ page }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await page.getByRole("radio", { name: "5 sao" }).check();
  await page.getByRole("button", { name: "Gửi đánh giá" }).click();
  await expect(page).toHaveURL(`${article.path}#danh-gia`);
  await expect(page.getByText("Tổng số điểm của bài viết là: 127 trong 27 đánh giá")).toBeVisible();
  await expect(page.getByRole("radio", { name: "5 sao" })).toBeChecked();
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ name: "khach", httpOnly: true, sameSite: "Lax", path: "/" });
  expect(cookie.expires - Date.now() / 1000).toBeGreaterThan(399 * 86400);
  await page.getByRole("radio", { name: "1 sao" }).check();
  await page.getByRole("button", { name: "Gửi đánh giá" }).click();
  await expect(page.getByText("Tổng số điểm của bài viết là: 123 trong 27 đánh giá")).toBeVisible();
  await page.getByRole("button", { name: "Rút lại đánh giá" }).click();
  await expect(page.getByText("Tổng số điểm của bài viết là: 122 trong 26 đánh giá")).toBeVisible();
  await expect(page.getByText("Bạn chưa đánh giá.")).toBeVisible();
});

test("no star chosen: the page says what to do and answers 422", async ({ page, expectStatus }) => {
  expectStatus(422);
  const article = makeArticle();
  await page.goto(article.path);
  const back = page.waitForResponse((response) => response.url().includes("loi="));
  await page.getByRole("button", { name: "Gửi đánh giá" }).click();
  expect((await back).status()).toBe(422);
  expect((await back).headers()["cache-control"]).toContain("no-store");
  await expect(page.getByRole("alert").first()).toContainText("Chọn từ 1 đến 5 sao");
  await expect(page).toHaveTitle(/^Lỗi: /);
  await page.getByRole("link", { name: "Chọn từ 1 đến 5 sao" }).click();
  await expect(page).toHaveURL(/#sao-stars$/);
});

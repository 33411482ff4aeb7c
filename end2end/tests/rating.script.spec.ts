import { alive, audit, expect, fillComment, makeArticle, sql, test } from "../fixtures.ts";

const star = (page: import("@playwright/test").Page, stars: number) => page.getByRole("radio", { name: `${stars} sao` });

test("a star is enough; the vote is kept, changed and withdrawn", async ({ page }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await alive(page);
  const stored = page.waitForResponse("**/api/rate");
  await star(page, 5).check();
  await expect(page.getByText("Tổng số điểm của bài viết là: 127 trong 27 đánh giá")).toBeVisible();
  await expect(page.getByText("Bạn đã cho 5 sao.")).toBeVisible();
  // the stars answer before the server does
  await stored;
  await page.reload();
  await expect(star(page, 5)).toBeChecked();
  await alive(page);
  await star(page, 2).check();
  await expect(page.getByText("Tổng số điểm của bài viết là: 124 trong 27 đánh giá")).toBeVisible();
  await page.getByRole("button", { name: "Rút lại đánh giá" }).click();
  await expect(page.getByText("Tổng số điểm của bài viết là: 122 trong 26 đánh giá")).toBeVisible();
  await expect(star(page, 2)).not.toBeChecked();
  await expect(page.getByText("Đã rút lại đánh giá.")).toBeAttached();
  await expect.poll(() => sql(`select count(*) from votes where article_id = ${article.id}`)).toEqual(["0"]);
  await audit(page);
});

test("every other open page shows the new average within a second", async ({ page, another }) => {
  const article = makeArticle([], { points: 0, ratings: 0 });
  const other = await another();
  await Promise.all([page.goto(article.path), other.goto(article.path)]);
  await Promise.all([alive(page), alive(other)]);
  await expect(other.getByText("Chưa có đánh giá")).toBeVisible();
  const answered = page.waitForResponse("**/api/rate");
  await star(page, 4).check();
  await answered;
  await expect(other.locator(".score-line")).toHaveText("Xếp hạng: 4.0 - 1 phiếu bầu", { timeout: 1000 });
  await expect(other.locator(".rating .visually-hidden[role=status]")).toHaveText("Xếp hạng: 4.0 - 1 phiếu bầu");
  await expect(star(other, 4)).not.toBeChecked();
});

test("a refused vote rolls back with words", async ({ page, expectStatus }) => {
  expectStatus(503);
  const article = makeArticle();
  await page.goto(article.path);
  await alive(page);
  await page.route("**/api/rate", (route) => route.fulfill({ status: 503, body: "Service Unavailable" }));
  await star(page, 1).click();
  await expect(page.getByRole("alert").filter({ hasText: "Hệ thống đang bận" })).toBeFocused();
  await expect(star(page, 1)).not.toBeChecked();
  await expect(page.getByText("Tổng số điểm của bài viết là: 122 trong 26 đánh giá")).toBeVisible();
});

test("a vote without a network says so and can be given again", async ({ page, expectStatus }) => {
  expectStatus(0);
  const article = makeArticle();
  await page.goto(article.path);
  await alive(page);
  await page.route("**/api/rate", (route) => route.abort());
  await star(page, 3).click();
  await expect(page.getByRole("alert").filter({ hasText: "Không kết nối được" })).toBeVisible();
  await page.unroute("**/api/rate");
  await star(page, 3).check();
  await expect(page.getByText("Tổng số điểm của bài viết là: 125 trong 27 đánh giá")).toBeVisible();
  await expect(page.getByText("Không kết nối được")).toBeHidden();
});

test("moving over the stars with the keys is one vote in the end", async ({ page }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await alive(page);
  await star(page, 1).focus();
  for (let step = 0; step < 4; step++) await page.keyboard.press("ArrowRight");
  await expect(page.getByText("Bạn đã cho 5 sao.")).toBeVisible();
  await expect.poll(() => sql(`select stars from votes where article_id = ${article.id}`)).toEqual(["5"]);
  await expect(page.getByText("Tổng số điểm của bài viết là: 127 trong 27 đánh giá")).toBeVisible();
});

test("a browser that runs script but no wasm votes and comments like one without script", async ({ page, expectStatus }) => {
  expectStatus(0);
  await page.route("**/*.wasm", (route) => route.abort());
  page.removeAllListeners("pageerror");
  const article = makeArticle();
  await page.goto(article.path);
  await star(page, 4).check();
  await page.getByRole("button", { name: "Gửi đánh giá" }).click();
  await expect(page.getByText("Tổng số điểm của bài viết là: 126 trong 27 đánh giá")).toBeVisible();
  await fillComment(page, { body: "Điện thoại cũ vẫn gửi được ý kiến." });
  await page.getByRole("button", { name: "Gửi ý kiến" }).click();
  await expect(page.locator(".comment.held")).toContainText("Điện thoại cũ vẫn gửi được ý kiến.");
});

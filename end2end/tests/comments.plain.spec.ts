import { HELD, addComments, expect, fillComment, makeArticle, sql, test } from "../fixtures.ts";

test("a comment without script comes back to its own place", async ({ page, another }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await fillComment(page, { body: "Hẻm 12 mưa là ngập,\nmong phường xem giúp." });
  await page.getByRole("button", { name: "Gửi ý kiến" }).click();
  await expect(page).toHaveURL(/#y-kien-\d+$/);
  await expect(page.locator(".comment.held")).toContainText("mong phường xem giúp.");
  await expect(page.locator(".comment.held")).toContainText(HELD);
  const other = await another();
  await other.goto(article.path);
  await expect(other.getByText("mong phường xem giúp.")).toHaveCount(0);
  const kept = sql(`select t.text from comments c join consent_texts t on t.version = c.consent_version where c.article_id = ${article.id}`);
  expect(kept[0]).toContain("Tôi đồng ý để Ủy ban nhân dân phường Hiệp Ninh lưu họ tên");
});

test("a form sent twice is one comment", async ({ page }) => {
  const article = makeArticle();
  for (let time = 0; time < 2; time++) {
    await page.goto(article.path);
    await fillComment(page, { body: "Cùng một ý kiến gửi hai lần." });
    await page.getByRole("button", { name: "Gửi ý kiến" }).click();
    await expect(page).toHaveURL(/#y-kien-\d+$/);
  }
  await expect(page.locator(".comment")).toHaveCount(1);
});

test("a refused comment keeps every word without script", async ({ page, expectStatus }) => {
  expectStatus(422);
  const article = makeArticle();
  await page.goto(article.path);
  await fillComment(page, { name: "", body: "Một ý kiến dài vừa đủ,\nhai dòng <b>và</b> dấu \"nháy\".", consent: true });
  await page.getByLabel("Email (không bắt buộc)").fill("ten@vidu.vn");
  const back = page.waitForResponse((response) => response.url().includes("loi="));
  await page.getByRole("button", { name: "Gửi ý kiến" }).click();
  expect((await back).status()).toBe(422);
  expect((await back).headers()["cache-control"]).toContain("no-store");
  await expect(page).toHaveTitle(/^Lỗi: /);
  await expect(page).toHaveURL(/\?loi=[\w-]{22}#loi$/);
  const summary = page.getByRole("alert").filter({ hasText: "Có chỗ cần sửa" });
  await expect(summary).toBeInViewport();
  await expect(summary.getByRole("link")).toHaveText(["Nhập họ và tên từ 2 đến 60 ký tự"]);
  await expect(page.getByLabel("Nội dung", { exact: true })).toHaveValue("Một ý kiến dài vừa đủ,\nhai dòng <b>và</b> dấu \"nháy\".");
  await expect(page.getByLabel("Email (không bắt buộc)")).toHaveValue("ten@vidu.vn");
  await expect(page.getByRole("checkbox")).toBeChecked();
  // loaded again, nothing is lost for the one who wrote it
  await page.reload();
  await expect(page.getByLabel("Email (không bắt buộc)")).toHaveValue("ten@vidu.vn");
  await page.getByLabel("Họ và tên").fill("Trần Thị Bích");
  await page.getByRole("button", { name: "Gửi ý kiến" }).click();
  await expect(page.locator(".comment.held .comment-body")).toHaveText(/hai dòng <b>và<\/b> dấu "nháy"\./);
});

test("a refusal's address shows nobody else the words", async ({ page, another, expectStatus }) => {
  expectStatus(422);
  const article = makeArticle();
  await page.goto(article.path);
  await fillComment(page, { name: "", body: "Lời chưa gửi được của tôi." });
  await page.getByRole("button", { name: "Gửi ý kiến" }).click();
  await expect(page.getByLabel("Nội dung", { exact: true })).toHaveValue("Lời chưa gửi được của tôi.");
  const other = await another();
  await other.goto(page.url());
  await expect(other.getByLabel("Nội dung", { exact: true })).toHaveValue("");
});

test("a reply without script", async ({ page }) => {
  const article = makeArticle([{ name: "Trần Thị Bích", body: "Khi nào thì có nước lại ạ?" }]);
  await page.goto(article.path);
  await page.getByRole("link", { name: "Trả lời Trần Thị Bích" }).click();
  await expect(page.getByRole("heading", { name: "Trả lời Trần Thị Bích" })).toBeInViewport();
  await fillComment(page, { name: "Nguyễn Văn Đức", body: "Tổ trưởng báo chiều nay có lại." });
  await page.getByRole("button", { name: "Gửi trả lời" }).click();
  await expect(page.locator(".replies .comment.held")).toContainText("Tổ trưởng báo chiều nay có lại.");
  await expect(page.locator(".replies .comment.held")).toBeInViewport();
});

test("pages of comments and links to one comment", async ({ page }) => {
  const article = makeArticle();
  const ids = addComments(article.id, Array.from({ length: 25 }, (_, n) => ({ body: `Ý kiến có đánh số ${n + 1}.` })));
  addComments(article.id, [{ name: "Lê Thảo", body: "Trả lời ở dưới cùng.", parent: ids[0] }]);
  await page.goto(article.path);
  await expect(page.locator(".thread > .comment")).toHaveCount(20);
  await expect(page.getByRole("link", { name: "26 ý kiến" })).toBeVisible();
  await page.locator(".comments").getByRole("link", { name: "Trang sau" }).click();
  await expect(page.locator(".thread > .comment")).toHaveCount(5);
  await expect(page.locator(".replies")).toContainText("Trả lời ở dưới cùng.");
  await page.goto(`${article.path}?y-kien=${ids[2]}#y-kien-${ids[2]}`);
  await expect(page.locator(`#y-kien-${ids[2]}`)).toBeInViewport();
});

test("names and texts of strangers stay texts", async ({ page }) => {
  const nasty = `</script><script>document.title="x"</script><!-- <img src=x onerror=alert(1)>`;
  const article = makeArticle([{ name: `"><b>Đức</b>`, body: nasty }]);
  await page.goto(article.path);
  await expect(page.locator(".comment-body")).toHaveText(nasty);
  await expect(page.locator(".comment strong")).toHaveText(`"><b>Đức</b>`);
});

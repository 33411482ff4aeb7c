import { HELD, addComments, alive, audit, expect, fillComment, makeArticle, sql, test } from "../fixtures.ts";

test("a comment is held: its writer sees it marked, nobody else sees it", async ({ page, another }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await alive(page);
  await fillComment(page, { body: "Đèn đường hẻm 12 tắt đã ba hôm.\n\nMong phường cho sửa sớm." });
  await page.getByRole("button", { name: "Gửi ý kiến" }).click();
  await expect(page.getByRole("status").filter({ hasText: HELD })).toBeVisible();
  const own = page.locator(".comment.held");
  await expect(own).toContainText("Đèn đường hẻm 12");
  await expect(own).toContainText(HELD);
  await expect(page.getByLabel("Nội dung", { exact: true })).toHaveValue("");
  await audit(page);
  await page.reload();
  await expect(page.locator(".comment.held")).toContainText("Mong phường cho sửa sớm.");
  expect(await page.locator(".comment.held .comment-body").innerText()).toContain("\n");
  const other = await another();
  await other.goto(article.path);
  await alive(other);
  await expect(other.getByText("Đèn đường hẻm 12")).toHaveCount(0);
  await expect(other.getByText("Chưa có ý kiến nào")).toBeVisible();
});

test("a refused comment says what is wrong and keeps every word", async ({ page, expectStatus }) => {
  expectStatus(422);
  const article = makeArticle();
  await page.goto(article.path);
  await alive(page);
  await expect(page.getByRole("checkbox")).not.toBeChecked();
  await fillComment(page, { name: "A", body: "ngắn", consent: false });
  await page.getByLabel("Email (không bắt buộc)").fill("khong-phai-email");
  await page.getByRole("button", { name: "Gửi ý kiến" }).click();
  const summary = page.getByRole("alert").filter({ hasText: "Có chỗ cần sửa" });
  await expect(summary).toBeFocused();
  for (const words of ["Nhập họ và tên từ 2 đến 60 ký tự", "Nhập địa chỉ email đúng dạng", "Nhập nội dung ít nhất 10 ký tự", "Đánh dấu vào ô đồng ý"]) {
    await expect(summary).toContainText(words);
    await expect(page.locator(".field-error", { hasText: words })).toBeVisible();
  }
  await expect(page.getByLabel("Họ và tên")).toHaveValue("A");
  await expect(page.getByLabel("Nội dung", { exact: true })).toHaveValue("ngắn");
  await expect(page.getByLabel("Họ và tên")).toHaveAttribute("aria-invalid", "true");
  await audit(page);
  await summary.getByRole("link", { name: /Nhập họ và tên/ }).click();
  await expect(page.getByLabel("Họ và tên")).toBeFocused();
  await page.getByLabel("Họ và tên").fill("Nguyễn Văn Đức");
  await page.getByLabel("Email (không bắt buộc)").fill("");
  await page.getByLabel("Nội dung", { exact: true }).fill("Bây giờ thì đủ dài rồi.");
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Gửi ý kiến" }).click();
  await expect(page.locator(".comment.held")).toContainText("Bây giờ thì đủ dài rồi.");
  await expect(summary).toBeHidden();
});

test("the count goes along without stopping anybody", async ({ page }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await alive(page);
  const body = page.getByLabel("Nội dung", { exact: true });
  await body.fill("Mười hai chữ");
  await expect(page.getByText("Còn 2,988 ký tự")).toBeVisible();
  await body.fill("x".repeat(3005));
  await expect(page.getByText("Thừa 5 ký tự").first()).toBeVisible();
  await expect(body).toHaveValue("x".repeat(3005));
});

test("what is approved waits behind a button and what is taken back goes at once", async ({ page, another, staffState }) => {
  const article = makeArticle([{ body: "Ý kiến đầu tiên ở đây." }]);
  const [held] = addComments(article.id, [{ name: "Lê Thảo", body: "Ý kiến này đang chờ duyệt.", state: "held" }]);
  await page.goto(article.path);
  await alive(page);
  const desk = await another(staffState);
  await desk.goto("/quan-tri");
  await alive(desk);
  const card = desk.locator(".queue-card", { hasText: "Ý kiến này đang chờ duyệt." }).last();
  await card.getByRole("button", { name: "Duyệt" }).click();
  const button = page.getByRole("button", { name: "1 ý kiến mới" });
  await expect(button).toBeVisible({ timeout: 1500 });
  await expect(page.getByText("Ý kiến này đang chờ duyệt.")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "2 ý kiến" })).toBeVisible();
  await button.click();
  await expect(page.locator(`#y-kien-${held}`)).toContainText("Ý kiến này đang chờ duyệt.");
  await expect(button).toBeHidden();
  await desk.goto("/quan-tri?muc=da-dang");
  const removed = desk.waitForResponse("**/api/decide");
  await desk.locator(".queue-card", { hasText: "Ý kiến này đang chờ duyệt." }).getByRole("button", { name: "Gỡ" }).click();
  await removed;
  await expect(page.locator(`#y-kien-${held}`)).toHaveCount(0, { timeout: 1000 });
  await expect(page.getByText("Ý kiến đầu tiên ở đây.")).toBeVisible();
});

test("a reply goes one level deep and counts", async ({ page }) => {
  const article = makeArticle([{ name: "Trần Thị Bích", body: "Khi nào thì có nước lại ạ?" }]);
  await page.goto(article.path);
  await alive(page);
  await page.getByRole("link", { name: "Trả lời Trần Thị Bích" }).click();
  await expect(page.getByRole("heading", { name: "Trả lời Trần Thị Bích" })).toBeFocused();
  await fillComment(page, { name: "Nguyễn Văn Đức", body: "Tổ trưởng báo chiều nay có lại." });
  await page.getByRole("button", { name: "Gửi trả lời" }).click();
  const reply = page.locator(".replies .comment.held");
  await expect(reply).toContainText("Tổ trưởng báo chiều nay có lại.");
  await expect(reply.getByRole("link", { name: "Trả lời" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Gửi ý kiến" })).toBeVisible();
});

test("an anchor finds the page that a comment is on", async ({ page }) => {
  const article = makeArticle();
  const ids = addComments(article.id, Array.from({ length: 45 }, (_, n) => ({ body: `Ý kiến có đánh số ${n + 1}.` })));
  await page.goto(`${article.path}#y-kien-${ids[0]}`);
  await expect(page.locator(`#y-kien-${ids[0]}`)).toContainText("Ý kiến có đánh số 1.");
  await expect(page.getByText("Trang 3")).toBeVisible();
});

test("two hundred comments: pages of twenty with a way on", async ({ page }) => {
  const article = makeArticle(Array.from({ length: 200 }, (_, n) => ({ body: `Ý kiến có đánh số ${n + 1}.` })));
  await page.goto(article.path);
  await alive(page);
  await expect(page.locator(".thread > .comment")).toHaveCount(20);
  await expect(page.locator(".thread > .comment").first()).toContainText("số 200.");
  const next = page.locator(".comments").getByRole("link", { name: "Trang sau" });
  await expect(next).toHaveAttribute("rel", "next");
  await next.click();
  await expect(page.locator(".thread > .comment").first()).toContainText("số 180.");
});

test("pausing stops the news, and going on catches up", async ({ page }) => {
  const article = makeArticle([], { points: 5, ratings: 1 });
  await page.goto(article.path);
  await alive(page);
  await page.getByRole("button", { name: "Tạm dừng" }).click();
  await expect(page.getByText("Đã tạm dừng cập nhật")).toBeVisible();
  sql(`update rating_totals set points = 3, ratings = 1, revision = revision + 1 where article_id = ${article.id}; select pg_notify('article', '${article.id}')`);
  await expect(page.getByText("Xếp hạng: 5.0 - 1 phiếu bầu").first()).toBeVisible();
  await page.getByRole("button", { name: "Tiếp tục" }).click();
  await expect(page.getByText("Xếp hạng: 4.0 - 2 phiếu bầu").first()).toBeVisible();
});

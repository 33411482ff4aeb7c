import { audit, expect, test } from "../fixtures.ts";
import { addComments, addVotes, makeArticle } from "../data.ts";
import { PENDING, alive, onArticle, pauseButton, resumeButton } from "../pages/article.ts";
import { QUEUE, cardWith } from "../pages/desk.ts";

test("a comment is pending: its writer sees it marked, nobody else sees it", async ({ page, another }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await alive(page);
  await onArticle(page).fill({ body: "Đèn đường hẻm 12 tắt đã ba hôm.\n\nMong phường cho sửa sớm." });
  await onArticle(page).send.click();
  await expect(page.getByRole("status").filter({ hasText: PENDING })).toBeVisible();
  const own = onArticle(page).pending;
  await expect(own).toContainText("Đèn đường hẻm 12");
  await expect(own).toContainText(PENDING);
  await expect(onArticle(page).body).toHaveValue("");
  await audit(page);
  await page.reload();
  await expect(onArticle(page).pending).toContainText("Mong phường cho sửa sớm.");
  expect(await onArticle(page).pending.locator(".comment-body").innerText()).toContain("\n");
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
  await expect(onArticle(page).consent).not.toBeChecked();
  await onArticle(page).fill({ name: "A", body: "ngắn", consent: false });
  await onArticle(page).email.fill("khong-phai-email");
  await onArticle(page).send.click();
  const summary = onArticle(page).summary;
  await expect(summary).toBeFocused();
  for (const words of [
    "Nhập họ và tên từ 2 đến 60 ký tự",
    "Nhập địa chỉ email đúng dạng",
    "Nhập nội dung ít nhất 10 ký tự",
    "Đánh dấu vào ô đồng ý",
  ]) {
    await expect(summary).toContainText(words);
    await expect(page.locator(".field-error", { hasText: words })).toBeVisible();
  }
  await expect(onArticle(page).name).toHaveValue("A");
  await expect(onArticle(page).body).toHaveValue("ngắn");
  await expect(onArticle(page).name).toHaveAttribute("aria-invalid", "true");
  await audit(page);
  await summary.getByRole("link", { name: /Nhập họ và tên/ }).click();
  await expect(onArticle(page).name).toBeFocused();
  await onArticle(page).name.fill("Nguyễn Văn Đức");
  await onArticle(page).email.fill("");
  await onArticle(page).body.fill("Bây giờ thì đủ dài rồi.");
  await onArticle(page).consent.check();
  await onArticle(page).send.click();
  await expect(onArticle(page).pending).toContainText("Bây giờ thì đủ dài rồi.");
  await expect(summary).toBeHidden();
});

test("the count goes along without stopping anybody", async ({ page }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await alive(page);
  const body = onArticle(page).body;
  await body.fill("Mười hai chữ");
  await expect(page.getByText("Còn 2,988 ký tự")).toBeVisible();
  await body.fill("x".repeat(3005));
  await expect(page.getByText("Thừa 5 ký tự").first()).toBeVisible();
  await expect(body).toHaveValue("x".repeat(3005));
});

test("what is approved waits behind a button and what is taken back goes at once", async ({
  page,
  another,
  staffState,
}) => {
  const article = makeArticle([{ body: "Ý kiến đầu tiên ở đây." }]);
  const [pending] = addComments(article.id, [
    { name: "Lê Thảo", body: "Ý kiến này đang chờ duyệt.", state: "pending" },
  ]);
  await page.goto(article.path);
  await alive(page);
  const desk = await another(staffState);
  await desk.goto(QUEUE);
  await alive(desk);
  const card = cardWith(desk, "Ý kiến này đang chờ duyệt.").last();
  await card.getByRole("button", { name: "Duyệt" }).click();
  const button = onArticle(page).showNew(1);
  await expect(button).toBeVisible({ timeout: 1500 });
  await expect(page.getByText("Ý kiến này đang chờ duyệt.")).toHaveCount(0);
  await expect(onArticle(page).count(2)).toBeVisible();
  await button.click();
  await expect(onArticle(page).comment(pending)).toContainText("Ý kiến này đang chờ duyệt.");
  await expect(button).toBeHidden();
  await desk.goto(`${QUEUE}?muc=da-dang`);
  const removed = desk.waitForResponse("**/api/decide");
  await cardWith(desk, "Ý kiến này đang chờ duyệt.").getByRole("button", { name: "Gỡ" }).click();
  await removed;
  await expect(onArticle(page).comment(pending)).toHaveCount(0, { timeout: 1000 });
  await expect(page.getByText("Ý kiến đầu tiên ở đây.")).toBeVisible();
});

test("a reply goes one level deep and counts", async ({ page }) => {
  const article = makeArticle([{ name: "Trần Thị Bích", body: "Khi nào thì có nước lại ạ?" }]);
  await page.goto(article.path);
  await alive(page);
  await onArticle(page).replyTo("Trần Thị Bích").click();
  await expect(onArticle(page).replyHeading("Trần Thị Bích")).toBeFocused();
  await onArticle(page).fill({ name: "Nguyễn Văn Đức", body: "Tổ trưởng báo chiều nay có lại." });
  await onArticle(page).sendReply.click();
  const reply = onArticle(page).pendingReplies;
  await expect(reply).toContainText("Tổ trưởng báo chiều nay có lại.");
  await expect(reply.getByRole("link", { name: "Trả lời" })).toHaveCount(0);
  await expect(onArticle(page).send).toBeVisible();
});

test("an anchor finds the page that a comment is on", async ({ page }) => {
  const article = makeArticle();
  const ids = addComments(
    article.id,
    Array.from({ length: 45 }, (_, n) => ({ body: `Ý kiến có đánh số ${n + 1}.` })),
  );
  await page.goto(`${article.path}#y-kien-${ids[0]}`);
  await expect(onArticle(page).comment(ids[0])).toContainText("Ý kiến có đánh số 1.");
  await expect(page.getByText("Trang 3")).toBeVisible();
});

test("two hundred comments: pages of twenty with a way on", async ({ page }) => {
  const article = makeArticle(Array.from({ length: 200 }, (_, n) => ({ body: `Ý kiến có đánh số ${n + 1}.` })));
  await page.goto(article.path);
  await alive(page);
  await expect(onArticle(page).topComments).toHaveCount(20);
  await expect(onArticle(page).topComments.first()).toContainText("số 200.");
  const next = onArticle(page).nextPage;
  await expect(next).toHaveAttribute("rel", "next");
  await next.click();
  await expect(onArticle(page).topComments.first()).toContainText("số 180.");
});

test("pausing stops the news, and going on catches up", async ({ page }) => {
  const article = makeArticle([], { points: 5, ratings: 1 });
  await page.goto(article.path);
  await alive(page);
  await pauseButton(page).click();
  await expect(page.getByText("Đã tạm dừng cập nhật")).toBeVisible();
  addVotes(article.id, [3]);
  await expect(page.getByText("Xếp hạng: 5.0 - 1 phiếu bầu").first()).toBeVisible();
  await resumeButton(page).click();
  await expect(page.getByText("Xếp hạng: 4.0 - 2 phiếu bầu").first()).toBeVisible();
});

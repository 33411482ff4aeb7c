import { expect, test } from "../fixtures.ts";
import { addComments, emptyQueue, makeArticle } from "../data.ts";
import { onArticle } from "../pages/article.ts";
import { CLOSURES, QUEUE, decisions, tab } from "../pages/desk.ts";

test("readers report a comment, which stays until staff decide", async ({
  page,
  another,
  staffState,
  expectStatus,
}) => {
  const article = makeArticle();
  const [id, other] = addComments(article.id, [
    { name: "Lê Thảo", body: "Ý kiến bị bạn đọc báo." },
    { name: "Anh Hai", body: "Ý kiến khác trên trang." },
  ]);
  await page.goto(article.path);
  await onArticle(page).report("Lê Thảo").click();
  await expect(page.locator("blockquote")).toContainText("Ý kiến bị bạn đọc báo.");
  expectStatus(422);
  await page.getByLabel("Nói thêm (không bắt buộc)").fill("nói xấu tổ trưởng");
  await page.getByRole("button", { name: "Gửi báo vi phạm" }).click();
  await expect(page.getByRole("alert")).toContainText("Chọn một lý do");
  await expect(page.getByLabel("Nói thêm (không bắt buộc)")).toHaveValue("nói xấu tổ trưởng");
  await page.getByLabel("Xúc phạm người khác").check();
  await page.getByRole("button", { name: "Gửi báo vi phạm" }).click();
  await expect(page.getByText("Cảm ơn bạn đã báo.")).toBeVisible();
  // once a visitor: the page says so when it is opened again
  await page.goto(`/bao-vi-pham/${id}`);
  await expect(page.getByRole("button", { name: "Gửi báo vi phạm" })).toHaveCount(0);
  await page.getByRole("link", { name: "Về bài viết" }).click();
  await expect(onArticle(page).comment(id)).toContainText("Ý kiến bị bạn đọc báo.");
  const desk = await another(staffState);
  await desk.goto(QUEUE);
  await tab(desk, "Bị báo").click();
  const card = onArticle(desk).comment(id);
  await expect(card).toContainText("1 bạn đọc báo vi phạm: Xúc phạm người khác. “nói xấu tổ trưởng”");
  await expect(onArticle(desk).comment(other)).toHaveCount(0);
  await card.getByRole("button", { name: "Giữ lại" }).click();
  await expect(desk.getByText("Bạn đã giữ lại")).toHaveCount(0);
  await expect(desk.locator(".just-decided")).toContainText("đã giữ lại");
  await desk.locator(".just-decided").getByRole("button", { name: "Hoàn tác" }).click();
  await expect(card).toBeVisible();
  await decisions(card).remove.click();
  await page.reload();
  await expect(onArticle(page).comment(id)).toHaveCount(0);
  expectStatus(404);
  await page.goto(`/bao-vi-pham/${id}`);
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText("Báo vi phạm");
});

test("personal data is covered and shown again", async ({ page, another, staffState, expectStatus }) => {
  emptyQueue();
  const article = makeArticle();
  const reasons = [{ kind: "personal" as const, at: { start: 11, end: 23 } }];
  const [id] = addComments(article.id, [
    { name: "Lê Thảo", body: "Gọi tôi số 0909 123 456 nhé, nhà ở hẻm 12.", reasons },
  ]);
  const desk = await another(staffState);
  await desk.goto(`${QUEUE}?muc=da-dang&bai=${article.id}`);
  const card = onArticle(desk).comment(id);
  await decisions(card).more.click();
  await expect(decisions(card).personalData).toHaveValue("0909 123 456");
  await decisions(card).cover.click();
  await expect(card.locator("s.covered")).toHaveText("0909 123 456");
  await page.goto(article.path);
  await expect(onArticle(page).words(id)).toHaveText("Gọi tôi số ••• nhé, nhà ở hẻm 12.");
  expect(await page.content()).not.toContain("0909 123 456");
  await decisions(card).more.click();
  await card.getByRole("button", { name: "Bỏ che tất cả" }).click();
  await expect(card.locator("s.covered")).toHaveCount(0);
  await page.reload();
  await expect(onArticle(page).words(id)).toContainText("0909 123 456");
});

test("comments and ratings are closed and opened, for one article and for all", async ({
  page,
  another,
  staffState,
  expectStatus,
}) => {
  const [article, other] = [makeArticle([{ body: "Ý kiến đã có từ trước." }]), makeArticle()];
  const desk = await another(staffState);
  await desk.goto(`${CLOSURES}?bai=${article.id}`);
  await desk.getByLabel("Đánh giá mới").check();
  await desk.getByLabel("Câu bạn đọc sẽ thấy").fill("Đã hết thời gian góp ý cho bài này.");
  await page.goto(article.path);
  await onArticle(page).fill({ body: "Ý kiến viết dở khi mục này đóng." });
  await desk.getByRole("button", { name: "Đóng", exact: true }).click();
  await expect(desk.locator(".row", { hasText: article.title })).toContainText("Đóng ý kiến và đánh giá");
  // too late: nothing typed is lost
  expectStatus(403);
  await onArticle(page).send.click();
  await expect(page.getByText("Đã hết thời gian góp ý cho bài này.").first()).toBeVisible();
  await expect(onArticle(page).body).toHaveValue("Ý kiến viết dở khi mục này đóng.");
  await page.goto(article.path);
  await expect(onArticle(page).send).toBeHidden();
  await expect(page.getByRole("radio").first()).toBeDisabled();
  await expect(page.getByText("Ý kiến đã có từ trước.")).toBeVisible();
  await page.goto(other.path);
  await expect(onArticle(page).send).toBeVisible();
  await desk.getByRole("button", { name: `Mở lại: ${article.title}` }).click();
  await page.goto(article.path);
  await expect(onArticle(page).send).toBeVisible();
});

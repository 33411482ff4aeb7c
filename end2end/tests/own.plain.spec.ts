import { expect, test } from "../fixtures.ts";
import { addComments, emptyQueue, makeArticle } from "../data.ts";
import { commentNames, countCommentsWith } from "../state.ts";
import { PENDING, onArticle } from "../pages/article.ts";
import { QUEUE, cards, decisions } from "../pages/desk.ts";

test("a writer follows, corrects, withdraws and erases without an account", async ({
  page,
  another,
  staffState,
  expectStatus,
}) => {
  emptyQueue();
  const article = makeArticle();
  await page.goto(article.path);
  await onArticle(page).fill({ name: "Lê Thảo", body: "Mong sửa đèn đường hẽm 12." });
  await onArticle(page).send.click();
  await expect(page.getByText(PENDING)).toBeVisible();
  await onArticle(page).follow.click();
  await expect(page).toHaveURL(/\/y-kien-cua-toi\/[\w-]{22}$/);
  const link = page.url();
  await expect(page.getByText("Ý kiến của bạn đang chờ duyệt.")).toBeVisible();
  // to its writer alone: nobody keeps it, finds it, or hears of its address
  const answer = await page.request.get(link);
  expect(answer.headers()["cache-control"]).toBe("private, no-store");
  expect(answer.headers()["referrer-policy"]).toBe("same-origin");
  expect(await answer.text()).toContain('<meta name="robots" content="noindex">');
  expect(countCommentsWith(link.split("/").pop()!)).toBe(0);
  // wrong first: what was typed stays
  expectStatus(422);
  await page.getByLabel("Nội dung").fill("ngắn");
  await page.getByRole("button", { name: "Gửi bản đã sửa" }).click();
  await expect(page.getByRole("alert")).toContainText("Nhập nội dung ít nhất 10 ký tự");
  await expect(page.getByLabel("Nội dung")).toHaveValue("ngắn");
  await page.getByLabel("Nội dung").fill("Mong sửa đèn đường hẻm 12.");
  await page.getByRole("button", { name: "Gửi bản đã sửa" }).click();
  await expect(page.locator(".comment-body")).toHaveText("Mong sửa đèn đường hẻm 12.");
  const desk = await another(staffState);
  await desk.goto(QUEUE);
  await expect(cards(desk)).toContainText("Mong sửa đèn đường hẻm 12.");
  await decisions(desk).reason.fill("Trùng với ý kiến đã gửi");
  await decisions(desk).reject.click();
  await page.goto(link);
  await expect(page.getByText("Ý kiến của bạn không được đăng.")).toBeVisible();
  await expect(page.getByText("Lý do: Trùng với ý kiến đã gửi")).toBeVisible();
  await expect(page.getByRole("button", { name: "Gửi bản đã sửa" })).toHaveCount(0);
  await decisions(desk).undo.click();
  await decisions(desk).approve.click();
  const reader = await another();
  await reader.goto(article.path);
  await expect(reader.getByText("Mong sửa đèn đường hẻm 12.")).toBeVisible();
  await page.goto(link);
  await page.getByText("Rút ý kiến", { exact: true }).click();
  await page.getByRole("button", { name: "Rút ý kiến này" }).click();
  await expect(page.getByText("Bạn đã rút ý kiến này.")).toBeVisible();
  await reader.reload();
  await expect(reader.getByText("Mong sửa đèn đường hẻm 12.")).toHaveCount(0);
  await page.getByText("Xóa dữ liệu của tôi", { exact: true }).click();
  await page.getByRole("button", { name: "Xóa mọi dữ liệu của tôi" }).click();
  await expect(page.getByRole("alert"), "what cannot be taken back is asked about").toContainText(
    "Đánh dấu vào ô xác nhận",
  );
  await page.getByText("Xóa dữ liệu của tôi", { exact: true }).click();
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Xóa mọi dữ liệu của tôi" }).click();
  await expect(page.getByText("đã được xóa.")).toBeVisible();
  expect(commentNames(article.id)).toEqual(["Đã xóa"]);
  expectStatus(404);
  expect((await page.goto(link))!.status()).toBe(404);
});

test("a link opens one comment, and no other visitor is shown it", async ({ page, another }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await onArticle(page).fill({ body: "Ý kiến chỉ tôi thấy khi đang chờ." });
  await onArticle(page).send.click();
  await expect(onArticle(page).follow).toBeVisible();
  addComments(article.id, [{ name: "Người khác", body: "Ý kiến của người khác đang chờ.", state: "pending" }]);
  await page.reload();
  await expect(onArticle(page).follow).toHaveCount(1);
  const other = await another();
  await other.goto(article.path);
  await expect(onArticle(other).follow).toHaveCount(0);
});

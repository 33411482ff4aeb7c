import { expect, test } from "../fixtures.ts";
import { addComments, emptyQueue, makeArticle } from "../data.ts";
import { commentNames, countCommentsContaining } from "../state.ts";
import { site } from "../pages/site.ts";
import { comments } from "../pages/comments.ts";
import { onWriterPage } from "../pages/writer.ts";
import { QUEUE } from "../pages/desk.ts";
import { card, cards } from "../pages/moderation.ts";

test("a writer follows, corrects, withdraws and erases a comment without an account", async ({
  page,
  openBrowser,
  staffState,
  expectStatus,
}) => {
  emptyQueue();
  const article = makeArticle();
  await page.goto(article.path);
  await comments(page).fill({ name: "Lê Thảo", body: "Mong sửa đèn đường hẽm 12." });
  await comments(page).send.click();
  await expect(comments(page).pendingNote).toBeVisible();
  await comments(page).follow.click();
  await expect(page).toHaveURL(/\/y-kien-cua-toi\/[\w-]{22}$/);
  const link = page.url();
  await expect(onWriterPage(page).pending).toBeVisible();
  // the page is not cached or indexed, and its secret address is not sent to other sites or stored
  const response = await page.request.get(link);
  expect(response.headers()["cache-control"]).toBe("private, no-store");
  expect(response.headers()["referrer-policy"]).toBe("same-origin");
  expect(await response.text()).toContain('<meta name="robots" content="noindex">');
  expect(countCommentsContaining(link.split("/").pop()!)).toBe(0);
  expectStatus(422);
  await onWriterPage(page).body.fill("ngắn");
  await onWriterPage(page).sendCorrection.click();
  await expect(site(page).alert).toContainText("Nội dung cần ít nhất 10 ký tự");
  await expect(onWriterPage(page).body).toHaveValue("ngắn");
  await onWriterPage(page).body.fill("Mong sửa đèn đường hẻm 12.");
  await onWriterPage(page).sendCorrection.click();
  await expect(onWriterPage(page).storedBody).toHaveText("Mong sửa đèn đường hẻm 12.");
  const desk = await openBrowser(staffState);
  await desk.goto(QUEUE);
  await expect(cards(desk)).toContainText("Mong sửa đèn đường hẻm 12.");
  await card(desk).refuse("Trùng với ý kiến đã gửi");
  await page.goto(link);
  await expect(onWriterPage(page).rejected).toBeVisible();
  await expect(onWriterPage(page).rejectionReason("Trùng với ý kiến đã gửi")).toBeVisible();
  await expect(onWriterPage(page).sendCorrection).toHaveCount(0);
  await card(desk).undo.click();
  await card(desk).approve.click();
  const reader = await openBrowser();
  await reader.goto(article.path);
  await expect(reader.getByText("Mong sửa đèn đường hẻm 12.")).toBeVisible();
  await page.goto(link);
  await onWriterPage(page).withdraw();
  await expect(onWriterPage(page).withdrawn).toBeVisible();
  await reader.reload();
  await expect(reader.getByText("Mong sửa đèn đường hẻm 12.")).toHaveCount(0);
  await onWriterPage(page).erase({ confirmed: false });
  await expect(site(page).alert, "erasing needs a confirmation").toContainText("Đánh dấu vào ô xác nhận");
  await onWriterPage(page).erase({ confirmed: true });
  await expect(onWriterPage(page).erased).toBeVisible();
  expect(commentNames(article.id)).toEqual(["Đã xóa"]);
  expectStatus(404);
  expect((await page.goto(link))!.status()).toBe(404);
});

test("the link to a comment is shown to its writer only", async ({ page, openBrowser }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await comments(page).fill({ body: "Ý kiến chỉ tôi thấy khi đang chờ." });
  await comments(page).send.click();
  await expect(comments(page).follow).toBeVisible();
  addComments(article.id, [{ name: "Người khác", body: "Ý kiến của người khác đang chờ.", state: "pending" }]);
  await page.reload();
  await expect(comments(page).follow).toHaveCount(1);
  const other = await openBrowser();
  await other.goto(article.path);
  await expect(comments(other).follow).toHaveCount(0);
});

// Nothing that somebody typed is lost, and nothing is said to be sent that is not stored.
import { expect, test } from "../fixtures.ts";
import { addComments, makeArticle } from "../data.ts";
import { holdRequests, site, waitUntilLive, waitUntilRunning } from "../pages/site.ts";
import { comments } from "../pages/comments.ts";
import { onReportPage } from "../pages/report.ts";
import { onWriterPage } from "../pages/writer.ts";

const TEXT = "Ý kiến đang viết dở, chưa gửi.";

test("a draft outlives links, another article, a reload and another page of comments", async ({ page }) => {
  const article = makeArticle(Array.from({ length: 25 }, (_, n) => ({ body: `Ý kiến có đánh số ${n + 1}.` })));
  const other = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  await comments(page).fill({ name: "Lê Thảo", body: TEXT });
  const expectDraft = async () => {
    await expect(comments(page).body).toHaveValue(TEXT);
    await expect(comments(page).name).toHaveValue("Lê Thảo");
    await expect(comments(page).consent).toBeChecked();
  };
  await comments(page).privacy.click();
  await expect(comments(page).privacyText).toBeVisible();
  await expectDraft();
  await comments(page).privacyPage.click();
  await expect(site(page).heading).toHaveText("Quyền riêng tư");
  await page.goBack();
  await expectDraft();
  await page.goto(other.path);
  await waitUntilLive(page);
  await expect(comments(page).body).toHaveValue("");
  await page.goto(article.path);
  await expectDraft();
  await page.reload();
  await expectDraft();
  await comments(page).nextPage.click();
  await expect(comments(page).pageNumber(2)).toBeVisible();
  await expectDraft();
  await comments(page).send.click();
  await expect(comments(page).sent).toBeVisible();
  await page.reload();
  await waitUntilLive(page);
  await expect(comments(page).body).toHaveValue("");
});

test("a reply, a report and a correction are kept while they are written", async ({ page }) => {
  const article = makeArticle();
  const [id] = addComments(article.id, [{ name: "Lê Thảo", body: "Khi nào thì có nước lại ạ?" }]);
  await page.goto(article.path);
  await waitUntilLive(page);
  await comments(page).replyTo("Lê Thảo").click();
  await comments(page).fill({ name: "Anh Hai", body: TEXT });
  for (const _ of [1, 2]) {
    await page.reload();
    await expect(comments(page).replyHeading("Lê Thảo")).toBeVisible();
    await expect(comments(page).quote).toContainText("Khi nào thì có nước");
    await expect(comments(page).body).toHaveValue(TEXT);
  }
  // a reply that was given up is none after a reload, and one that was begun after typing is one
  await comments(page).cancelReply.click();
  await page.reload();
  await waitUntilLive(page);
  await expect(comments(page).send).toBeVisible();
  await expect(comments(page).body).toHaveValue(TEXT);
  await comments(page).replyTo("Lê Thảo").click();
  await page.reload();
  await expect(comments(page).replyHeading("Lê Thảo")).toBeVisible();
  await comments(page).sendReply.click();
  await expect(comments(page).pendingReplies).toContainText(TEXT);
  await comments(page).report("Lê Thảo").click();
  await onReportPage(page).reason("Quảng cáo").check();
  await onReportPage(page).note.fill("gửi nhiều lần");
  await page.goBack();
  await waitUntilLive(page);
  await page.goto(`/bao-vi-pham/${id}`);
  await expect(onReportPage(page).note).toHaveValue("gửi nhiều lần");
  await expect(onReportPage(page).reason("Quảng cáo")).toBeChecked();
  await page.goto(article.path);
  await comments(page).follow.first().click();
  await expect(onWriterPage(page).body).toHaveValue(TEXT);
  await onWriterPage(page).body.fill("Bản sửa còn viết dở.");
  await page.reload();
  await expect(onWriterPage(page).body).toHaveValue("Bản sửa còn viết dở.");
  await onWriterPage(page).sendCorrection.click();
  await expect(onWriterPage(page).corrected).toBeVisible();
  await expect(onWriterPage(page).storedBody).toHaveText("Bản sửa còn viết dở.");
  await expect(onWriterPage(page).result).toBeFocused();
});

test("what is typed while a comment is on its way stays, and the same words can be sent once more", async ({ page }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  const release = await holdRequests(page, "**/api/send-comment");
  await comments(page).fill({ body: TEXT });
  await comments(page).send.click();
  await comments(page).body.press("End");
  await comments(page).body.pressSequentially(" Và thêm.");
  release();
  await expect(comments(page).sent).toBeVisible();
  await expect(comments(page).body).toHaveValue("Và thêm.");
  await expect(comments(page).pendingBody).toHaveText(TEXT);
  await page.unroute("**/api/send-comment");
  await comments(page).body.fill(TEXT);
  await comments(page).send.click();
  await expect(comments(page).pendingBody).toHaveText([TEXT, TEXT]);
});

test("what is typed while a correction or a report is on its way is there on the next page", async ({ page }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  await comments(page).fill({ name: "Anh Hai", body: TEXT });
  await comments(page).send.click();
  await comments(page).follow.first().click();
  await waitUntilRunning(page);
  const release = await holdRequests(page, "**/api/correct-comment");
  await onWriterPage(page).body.fill("Bản sửa đã gửi đi rồi.");
  await onWriterPage(page).sendCorrection.click();
  await onWriterPage(page).body.press("End");
  await onWriterPage(page).body.pressSequentially(" Và thêm.");
  release();
  await expect(onWriterPage(page).corrected).toBeVisible();
  await expect(onWriterPage(page).storedBody).toHaveText("Bản sửa đã gửi đi rồi.");
  await expect(onWriterPage(page).body).toHaveValue("Bản sửa đã gửi đi rồi. Và thêm.");
});

test("a comment whose answer was lost is sent again and stored once", async ({ page, expectStatus }) => {
  expectStatus(0);
  const article = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  await page.route("**/api/send-comment", async (route) => {
    await route.fetch();
    await route.abort();
  });
  await comments(page).fill({ body: TEXT });
  await comments(page).send.click();
  await expect(site(page).alertWith("Không kết nối được")).toBeFocused();
  await expect(comments(page).body).toHaveValue(TEXT);
  await page.unroute("**/api/send-comment");
  // the draft keeps its token, so that it is the same comment after a reload too
  await page.reload();
  await waitUntilLive(page);
  await expect(comments(page).body).toHaveValue(TEXT);
  const answer = page.waitForResponse("**/api/send-comment");
  await comments(page).send.click();
  expect((await answer).status()).toBe(200);
  await expect(comments(page).sent).toBeVisible();
  await page.reload();
  await expect(comments(page).pendingBody).toHaveCount(1);
});

test("a line that is dead is said to be dead, and the button comes back", async ({ page, expectStatus }) => {
  expectStatus(0);
  const article = makeArticle();
  await page.clock.install();
  await page.goto(article.path);
  await waitUntilLive(page);
  await page.route("**/api/send-comment", () => {});
  await comments(page).fill({ body: TEXT });
  await comments(page).send.click();
  await expect(comments(page).sending).toBeVisible();
  await page.clock.fastForward(20_000);
  await expect(site(page).alertWith("Không kết nối được")).toBeVisible();
  await expect(comments(page).send).toBeVisible();
  await page.unroute("**/api/send-comment");
  await comments(page).send.click();
  await expect(comments(page).pendingBody).toHaveText(TEXT);
});

test("what was done before the program arrived counts", async ({ page }) => {
  const article = makeArticle();
  const release = await holdRequests(page, "**/*.wasm");
  await page.goto(article.path);
  const stored = page.waitForResponse("**/api/rate");
  await page.getByRole("radio", { name: "4 sao" }).click();
  await comments(page).fill({ body: TEXT });
  await comments(page).body.evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(2, 6));
  await comments(page).body.focus();
  release();
  await stored;
  await waitUntilLive(page);
  await expect(comments(page).body).toHaveValue(TEXT);
  await expect(comments(page).body).toBeFocused();
  expect(
    await comments(page).body.evaluate((area: HTMLTextAreaElement) => [area.selectionStart, area.selectionEnd]),
  ).toEqual([2, 6]);
  await page.reload();
  await expect(page.getByRole("radio", { name: "4 sao" })).toBeChecked();
});

test("a star that was only chosen by keys before the program arrived is not given", async ({ page }) => {
  const article = makeArticle();
  const release = await holdRequests(page, "**/*.wasm");
  await page.goto(article.path);
  await page.getByRole("radio", { name: "1 sao" }).focus();
  await page.keyboard.press("ArrowRight");
  release();
  await waitUntilLive(page);
  await expect(page.getByText("Đã chọn 2 sao, chưa gửi.")).toBeVisible();
  await expect(page.getByRole("radio", { name: "2 sao" })).toBeFocused();
});

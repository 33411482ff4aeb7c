import { audit, expect, test } from "../fixtures.ts";
import { addComments, addVotes, makeArticle, makeConversation } from "../data.ts";
import { site, waitUntilLive } from "../pages/site.ts";
import { onArticle } from "../pages/article.ts";
import { PENDING, comments } from "../pages/comments.ts";
import { QUEUE } from "../pages/desk.ts";
import { card, cardWith } from "../pages/moderation.ts";

test("a pending comment is shown to its writer only", async ({ page, openBrowser }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  await comments(page).fill({ body: "Đèn đường hẻm 12 tắt đã ba hôm.\n\nMong phường cho sửa sớm." });
  await comments(page).send.click();
  await expect(comments(page).sent).toBeVisible();
  await expect(comments(page).pending).toContainText("Đèn đường hẻm 12");
  await expect(comments(page).pending).toContainText(PENDING);
  await expect(comments(page).body).toHaveValue("");
  await audit(page);
  await page.reload();
  await expect(comments(page).pending).toContainText("Mong phường cho sửa sớm.");
  expect(await comments(page).pendingBody.innerText()).toContain("\n");
  const other = await openBrowser();
  await other.goto(article.path);
  await waitUntilLive(other);
  await expect(other.getByText("Đèn đường hẻm 12")).toHaveCount(0);
  await expect(comments(other).none).toBeVisible();
});

test("a refused comment lists its problems and keeps everything that was typed", async ({ page, expectStatus }) => {
  expectStatus(422);
  const article = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  await expect(comments(page).consent).not.toBeChecked();
  await comments(page).fill({ name: "12", body: "ngắn", consent: false });
  await comments(page).email.fill("khong-phai-email");
  await comments(page).send.click();
  const summary = site(page).errorSummary;
  await expect(summary).toBeFocused();
  for (const problem of [
    "Vui lòng nhập họ và tên (tối đa 60 ký tự)",
    "Nhập địa chỉ email đúng dạng",
    "Nội dung cần ít nhất 10 ký tự",
    "Vui lòng đánh dấu đồng ý",
  ]) {
    await expect(summary).toContainText(problem);
    await expect(site(page).fieldError(problem)).toBeVisible();
  }
  await expect(comments(page).name).toHaveValue("12");
  await expect(comments(page).body).toHaveValue("ngắn");
  await expect(comments(page).name).toHaveAttribute("aria-invalid", "true");
  await audit(page);
  await site(page).errorLink("Vui lòng nhập họ và tên").click();
  await expect(comments(page).name).toBeFocused();
  await comments(page).name.fill("Nguyễn Văn Đức");
  await comments(page).email.fill("");
  await comments(page).body.fill("Bây giờ thì đủ dài rồi.");
  await comments(page).consent.check();
  await comments(page).send.click();
  await expect(comments(page).pending).toContainText("Bây giờ thì đủ dài rồi.");
  await expect(summary).toBeHidden();
});

test("the character counter follows the text and does not limit its length", async ({ page }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  const body = comments(page).body;
  await body.fill("Mười hai chữ");
  await expect(comments(page).charactersLeft("2,988")).toBeVisible();
  await body.fill("x".repeat(3005));
  await expect(comments(page).charactersOver(5)).toBeVisible();
  await expect(body).toHaveValue("x".repeat(3005));
});

test("an approved comment waits behind a button, and a removed one disappears at once", async ({
  page,
  openBrowser,
  staffState,
}) => {
  const article = makeArticle([{ body: "Ý kiến đầu tiên ở đây." }]);
  const [pending] = addComments(article.id, [
    { name: "Lê Thảo", body: "Ý kiến này đang chờ duyệt.", state: "pending" },
  ]);
  await page.goto(article.path);
  await waitUntilLive(page);
  const desk = await openBrowser(staffState);
  await desk.goto(QUEUE);
  await waitUntilLive(desk);
  await card(cardWith(desk, "Ý kiến này đang chờ duyệt.").last()).approve.click();
  const button = comments(page).showNew(1);
  await expect(button).toBeVisible({ timeout: 1500 });
  await expect(page.getByText("Ý kiến này đang chờ duyệt.")).toHaveCount(0);
  await expect(comments(page).count(2)).toBeVisible();
  await button.click();
  await expect(comments(page).byId(pending)).toContainText("Ý kiến này đang chờ duyệt.");
  await expect(button).toBeHidden();
  await desk.goto(`${QUEUE}?muc=da-dang`);
  const removed = desk.waitForResponse("**/api/decide");
  await card(cardWith(desk, "Ý kiến này đang chờ duyệt.")).refuse();
  await removed;
  await expect(comments(page).byId(pending)).toHaveCount(0, { timeout: 1000 });
  await expect(page.getByText("Ý kiến đầu tiên ở đây.")).toBeVisible();
});

test("a reply cannot be replied to", async ({ page }) => {
  const article = makeArticle([{ name: "Trần Thị Bích", body: "Khi nào thì có nước lại ạ?" }]);
  await page.goto(article.path);
  await waitUntilLive(page);
  await comments(page).replyTo("Trần Thị Bích").click();
  await expect(comments(page).replyHeading("Trần Thị Bích")).toBeFocused();
  await comments(page).fill({ name: "Nguyễn Văn Đức", body: "Tổ trưởng báo chiều nay có lại." });
  await comments(page).sendReply.click();
  await expect(comments(page).pendingReplies).toContainText("Tổ trưởng báo chiều nay có lại.");
  await expect(comments(page).replyLinksOfPendingReplies).toHaveCount(0);
  await expect(comments(page).send).toBeVisible();
});

test("a comment's anchor opens the page that contains it", async ({ page }) => {
  const article = makeArticle();
  const ids = addComments(
    article.id,
    Array.from({ length: 45 }, (_, n) => ({ body: `Ý kiến có đánh số ${n + 1}.` })),
  );
  await page.goto(`${article.path}#y-kien-${ids[0]}`);
  await expect(comments(page).byId(ids[0])).toContainText("Ý kiến có đánh số 1.");
  await expect(comments(page).pageNumber(3)).toBeVisible();
});

test("two hundred comments are split into pages of twenty", async ({ page }) => {
  const article = makeArticle(Array.from({ length: 200 }, (_, n) => ({ body: `Ý kiến có đánh số ${n + 1}.` })));
  await page.goto(article.path);
  await waitUntilLive(page);
  await expect(comments(page).topLevel).toHaveCount(20);
  await expect(comments(page).topLevel.first()).toContainText("số 200.");
  const next = comments(page).nextPage;
  await expect(next).toHaveAttribute("rel", "next");
  await next.click();
  await expect(comments(page).topLevel.first()).toContainText("số 180.");
});

test("pausing stops live updates, and resuming applies the missed ones", async ({ page }) => {
  const article = makeArticle([], { points: 5, ratings: 1 });
  await page.goto(article.path);
  await waitUntilLive(page);
  await site(page).pause.click();
  await expect(site(page).paused).toBeVisible();
  addVotes(article.id, [3]);
  await expect(onArticle(page).score("5.0", 1)).toBeVisible();
  await site(page).resume.click();
  await expect(onArticle(page).score("4.0", 2)).toBeVisible();
});

test("the other replies open in place, in bounded numbers", async ({ page }) => {
  const { article, top, replies } = makeConversation(57);
  await page.goto(article.path);
  await waitUntilLive(page);
  await comments(page).body.fill("Đang viết dở dang một ý kiến.");
  await expect(comments(page).eachReply).toHaveCount(5);
  await comments(page).moreReplies("52").click();
  await expect(comments(page).eachReply).toHaveCount(50);
  await expect(comments(page).byId(replies[5]!)).toBeFocused();
  await expect(comments(page).byId(replies[5]!)).toBeInViewport();
  await audit(page);
  await comments(page).moreReplies("7").press("Enter");
  await expect(comments(page).eachReply).toHaveCount(57);
  await expect(comments(page).byId(replies[50]!)).toBeFocused();
  await expect(comments(page).moreReplies("")).toHaveCount(0);
  const shown = await comments(page).eachReply.evaluateAll((all) => all.map(({ id }) => Number(id.split("-").pop())));
  expect(shown).toEqual(replies);
  await expect(page).toHaveURL(article.path);
  await expect(comments(page).body).toHaveValue("Đang viết dở dang một ý kiến.");
  // a reply of one's own stands after them
  await comments(page).replyTo("Lê Thảo").click();
  await comments(page).fill({ body: "Tổ trưởng báo chiều nay có lại." });
  await comments(page).sendReply.click();
  await expect(comments(page).pendingReplies).toBeFocused();
  await expect(comments(page).eachReply).toHaveCount(6);
  await comments(page).moreReplies("52").click();
  await expect(comments(page).eachReply).toHaveCount(51);
  await expect(comments(page).eachReply.last()).toContainText("Tổ trưởng báo chiều nay có lại.");
  // an anchor alone leads to the conversation as well
  await page.goto(`${article.path}#y-kien-${replies[55]}`);
  await page.reload();
  await expect(comments(page).byId(replies[55]!)).toBeVisible();
  await expect(comments(page).byId(top)).toBeVisible();
});

test("replies that cannot be fetched are said so, and a second press fetches them", async ({ page, expectStatus }) => {
  expectStatus(503);
  const { article } = makeConversation(8);
  await page.goto(article.path);
  await waitUntilLive(page);
  await page.route(`**${article.path}?chuoi=*`, (route) => route.fulfill({ status: 503, body: "" }));
  await comments(page).moreReplies("3").click();
  await expect(comments(page).repliesFailed).toBeFocused();
  await page.unroute(`**${article.path}?chuoi=*`);
  await comments(page).repliesFailed.click();
  await expect(comments(page).eachReply).toHaveCount(8);
});

test("a reply that is taken down among those that were opened disappears at once", async ({
  page,
  openBrowser,
  staffState,
}) => {
  const { article, replies } = makeConversation(9);
  await page.goto(article.path);
  await waitUntilLive(page);
  await comments(page).moreReplies("4").click();
  await expect(comments(page).eachReply).toHaveCount(9);
  const desk = await openBrowser(staffState);
  await desk.goto(`${article.path}?y-kien=${replies[7]}`);
  await comments(desk).removeOf(replies[7]!).click();
  await expect(comments(page).byId(replies[7]!)).toHaveCount(0);
  await expect(comments(page).eachReply).toHaveCount(8);
});

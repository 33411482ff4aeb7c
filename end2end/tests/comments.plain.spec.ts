import { expect, test } from "../fixtures.ts";
import { addComments, makeArticle, makeConversation } from "../data.ts";
import { consentText } from "../state.ts";
import { site } from "../pages/site.ts";
import { PENDING, comments } from "../pages/comments.ts";

test("a comment sent without script redirects to the pending comment", async ({ page, openBrowser }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await comments(page).fill({ body: "Hẻm 12 mưa là ngập,\nmong phường xem giúp." });
  await comments(page).send.click();
  await expect(page).toHaveURL(/#y-kien-\d+$/);
  await expect(comments(page).pending).toContainText("mong phường xem giúp.");
  await expect(comments(page).pending).toContainText(PENDING);
  const other = await openBrowser();
  await other.goto(article.path);
  await expect(other.getByText("mong phường xem giúp.")).toHaveCount(0);
  expect(consentText(article.id)).toContain("Tôi đồng ý để Ủy ban nhân dân phường Hiệp Ninh lưu họ tên");
});

test("the same form sent twice creates one comment", async ({ page }) => {
  const article = makeArticle();
  for (let attempt = 0; attempt < 2; attempt++) {
    await page.goto(article.path);
    await comments(page).fill({ body: "Cùng một ý kiến gửi hai lần." });
    await comments(page).send.click();
    await expect(page).toHaveURL(/#y-kien-\d+$/);
  }
  await expect(comments(page).all).toHaveCount(1);
});

test("a refused comment keeps everything that was typed, without script", async ({ page, expectStatus }) => {
  expectStatus(422);
  const article = makeArticle();
  await page.goto(article.path);
  await comments(page).fill({
    name: "",
    body: 'Một ý kiến dài vừa đủ,\nhai dòng <b>và</b> dấu "nháy".',
    consent: true,
  });
  await comments(page).email.fill("ten@vidu.vn");
  const refusal = page.waitForResponse((response) => response.url().includes("loi="));
  await comments(page).send.click();
  expect((await refusal).status()).toBe(422);
  expect((await refusal).headers()["cache-control"]).toContain("no-store");
  await expect(page).toHaveTitle(/^Lỗi: /);
  await expect(page).toHaveURL(/\?loi=[\w-]{22}#loi$/);
  await expect(site(page).errorSummary).toBeInViewport();
  await expect(site(page).errorLinks).toHaveText(["Vui lòng nhập họ và tên (tối đa 60 ký tự)"]);
  await expect(comments(page).body).toHaveValue('Một ý kiến dài vừa đủ,\nhai dòng <b>và</b> dấu "nháy".');
  await expect(comments(page).email).toHaveValue("ten@vidu.vn");
  await expect(comments(page).consent).toBeChecked();
  // a reload shows the typed text again to the visitor who typed it
  await page.reload();
  await expect(comments(page).email).toHaveValue("ten@vidu.vn");
  await comments(page).name.fill("Trần Thị Bích");
  await comments(page).send.click();
  await expect(comments(page).pendingBody).toHaveText(/hai dòng <b>và<\/b> dấu "nháy"\./);
});

test("the address of a refused form does not show the typed text to other visitors", async ({
  page,
  openBrowser,
  expectStatus,
}) => {
  expectStatus(422);
  const article = makeArticle();
  await page.goto(article.path);
  await comments(page).fill({ name: "", body: "Lời chưa gửi được của tôi." });
  await comments(page).send.click();
  await expect(comments(page).body).toHaveValue("Lời chưa gửi được của tôi.");
  const other = await openBrowser();
  await other.goto(page.url());
  await expect(comments(other).body).toHaveValue("");
});

test("a reply sent without script appears under its comment", async ({ page }) => {
  const article = makeArticle([{ name: "Trần Thị Bích", body: "Khi nào thì có nước lại ạ?" }]);
  await page.goto(article.path);
  await comments(page).replyTo("Trần Thị Bích").click();
  await expect(comments(page).replyHeading("Trần Thị Bích")).toBeInViewport();
  await comments(page).fill({ name: "Nguyễn Văn Đức", body: "Tổ trưởng báo chiều nay có lại." });
  await comments(page).sendReply.click();
  await expect(comments(page).pendingReplies).toContainText("Tổ trưởng báo chiều nay có lại.");
  await expect(comments(page).pendingReplies).toBeInViewport();
});

test("comments are paginated, and a link opens the page of its comment", async ({ page }) => {
  const article = makeArticle();
  const ids = addComments(
    article.id,
    Array.from({ length: 25 }, (_, n) => ({ body: `Ý kiến có đánh số ${n + 1}.` })),
  );
  addComments(article.id, [{ name: "Lê Thảo", body: "Trả lời ở dưới cùng.", parent: ids[0] }]);
  await page.goto(article.path);
  await expect(comments(page).topLevel).toHaveCount(20);
  await expect(comments(page).count(26)).toBeVisible();
  await comments(page).nextPage.click();
  await expect(comments(page).topLevel).toHaveCount(5);
  await expect(comments(page).replies).toContainText("Trả lời ở dưới cùng.");
  await page.goto(`${article.path}?y-kien=${ids[2]}#y-kien-${ids[2]}`);
  await expect(comments(page).byId(ids[2])).toBeInViewport();
});

test("names and comments with markup are shown as plain text", async ({ page }) => {
  const markup = `</script><script>document.title="x"</script><!-- <img src=x onerror=alert(1)>`;
  const article = makeArticle([{ name: `"><b>Đức</b>`, body: markup }]);
  await page.goto(article.path);
  await expect(comments(page).bodies).toHaveText(markup);
  await expect(comments(page).writers).toHaveText(`"><b>Đức</b>`);
});

test("replies come in bounded numbers, each with a page where it stands", async ({ page }) => {
  const { article, top, replies } = makeConversation(57);
  await page.goto(article.path);
  await expect(comments(page).eachReply).toHaveCount(5);
  await comments(page).moreReplies("52").click();
  await expect(page).toHaveURL(`${article.path}?chuoi=${top}#y-kien-${top}`);
  await expect(comments(page).eachReply).toHaveCount(50);
  await expect(comments(page).byId(top)).toContainText("Khi nào thì có nước lại ạ?");
  await comments(page).moreReplies("7").click();
  await expect(comments(page).eachReply).toHaveCount(7);
  await expect(comments(page).byId(replies[56]!)).toBeVisible();
  await comments(page).earlierReplies.click();
  await expect(comments(page).byId(replies[49]!)).toBeVisible();
  await comments(page).allComments.click();
  await expect(page).toHaveURL(`${article.path}#y-kien`);
  // the date of a reply leads to the page where it stands
  await page.goto(`${article.path}?y-kien=${replies[55]}#y-kien-${replies[55]}`);
  await expect(comments(page).bodyOf(replies[55]!)).toHaveText("Trả lời có đánh số 56.");
  // what has no pages of its own, or is no conversation, is the article's page
  for (const conversation of [replies[0], top + 100_000, "x", "-1"]) {
    const answer = await page.goto(`${article.path}?chuoi=${conversation}&trang-y-kien=99`);
    expect(answer?.status()).toBe(200);
    await expect(comments(page).eachReply).toHaveCount(5);
    await expect(comments(page).moreReplies("52")).toBeVisible();
  }
});

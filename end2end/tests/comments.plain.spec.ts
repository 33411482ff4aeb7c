import { expect, test } from "../fixtures.ts";
import { addComments, makeArticle } from "../data.ts";
import { consentText } from "../state.ts";
import { PENDING, onArticle } from "../pages/article.ts";

test("a comment without script comes back to its own place", async ({ page, another }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await onArticle(page).fill({ body: "Hẻm 12 mưa là ngập,\nmong phường xem giúp." });
  await onArticle(page).send.click();
  await expect(page).toHaveURL(/#y-kien-\d+$/);
  await expect(onArticle(page).pending).toContainText("mong phường xem giúp.");
  await expect(onArticle(page).pending).toContainText(PENDING);
  const other = await another();
  await other.goto(article.path);
  await expect(other.getByText("mong phường xem giúp.")).toHaveCount(0);
  expect(consentText(article.id)).toContain("Tôi đồng ý để Ủy ban nhân dân phường Hiệp Ninh lưu họ tên");
});

test("a form sent twice is one comment", async ({ page }) => {
  const article = makeArticle();
  for (let time = 0; time < 2; time++) {
    await page.goto(article.path);
    await onArticle(page).fill({ body: "Cùng một ý kiến gửi hai lần." });
    await onArticle(page).send.click();
    await expect(page).toHaveURL(/#y-kien-\d+$/);
  }
  await expect(onArticle(page).comments).toHaveCount(1);
});

test("a refused comment keeps every word without script", async ({ page, expectStatus }) => {
  expectStatus(422);
  const article = makeArticle();
  await page.goto(article.path);
  await onArticle(page).fill({
    name: "",
    body: 'Một ý kiến dài vừa đủ,\nhai dòng <b>và</b> dấu "nháy".',
    consent: true,
  });
  await onArticle(page).email.fill("ten@vidu.vn");
  const back = page.waitForResponse((response) => response.url().includes("loi="));
  await onArticle(page).send.click();
  expect((await back).status()).toBe(422);
  expect((await back).headers()["cache-control"]).toContain("no-store");
  await expect(page).toHaveTitle(/^Lỗi: /);
  await expect(page).toHaveURL(/\?loi=[\w-]{22}#loi$/);
  const summary = onArticle(page).summary;
  await expect(summary).toBeInViewport();
  await expect(summary.getByRole("link")).toHaveText(["Nhập họ và tên từ 2 đến 60 ký tự"]);
  await expect(onArticle(page).body).toHaveValue('Một ý kiến dài vừa đủ,\nhai dòng <b>và</b> dấu "nháy".');
  await expect(onArticle(page).email).toHaveValue("ten@vidu.vn");
  await expect(onArticle(page).consent).toBeChecked();
  // loaded again, nothing is lost for the one who wrote it
  await page.reload();
  await expect(onArticle(page).email).toHaveValue("ten@vidu.vn");
  await onArticle(page).name.fill("Trần Thị Bích");
  await onArticle(page).send.click();
  await expect(onArticle(page).pending.locator(".comment-body")).toHaveText(/hai dòng <b>và<\/b> dấu "nháy"\./);
});

test("a refusal's address shows nobody else the words", async ({ page, another, expectStatus }) => {
  expectStatus(422);
  const article = makeArticle();
  await page.goto(article.path);
  await onArticle(page).fill({ name: "", body: "Lời chưa gửi được của tôi." });
  await onArticle(page).send.click();
  await expect(onArticle(page).body).toHaveValue("Lời chưa gửi được của tôi.");
  const other = await another();
  await other.goto(page.url());
  await expect(onArticle(other).body).toHaveValue("");
});

test("a reply without script", async ({ page }) => {
  const article = makeArticle([{ name: "Trần Thị Bích", body: "Khi nào thì có nước lại ạ?" }]);
  await page.goto(article.path);
  await onArticle(page).replyTo("Trần Thị Bích").click();
  await expect(onArticle(page).replyHeading("Trần Thị Bích")).toBeInViewport();
  await onArticle(page).fill({ name: "Nguyễn Văn Đức", body: "Tổ trưởng báo chiều nay có lại." });
  await onArticle(page).sendReply.click();
  await expect(onArticle(page).pendingReplies).toContainText("Tổ trưởng báo chiều nay có lại.");
  await expect(onArticle(page).pendingReplies).toBeInViewport();
});

test("pages of comments and links to one comment", async ({ page }) => {
  const article = makeArticle();
  const ids = addComments(
    article.id,
    Array.from({ length: 25 }, (_, n) => ({ body: `Ý kiến có đánh số ${n + 1}.` })),
  );
  addComments(article.id, [{ name: "Lê Thảo", body: "Trả lời ở dưới cùng.", parent: ids[0] }]);
  await page.goto(article.path);
  await expect(onArticle(page).topComments).toHaveCount(20);
  await expect(onArticle(page).count(26)).toBeVisible();
  await onArticle(page).nextPage.click();
  await expect(onArticle(page).topComments).toHaveCount(5);
  await expect(onArticle(page).replies).toContainText("Trả lời ở dưới cùng.");
  await page.goto(`${article.path}?y-kien=${ids[2]}#y-kien-${ids[2]}`);
  await expect(onArticle(page).comment(ids[2])).toBeInViewport();
});

test("names and texts of strangers stay texts", async ({ page }) => {
  const nasty = `</script><script>document.title="x"</script><!-- <img src=x onerror=alert(1)>`;
  const article = makeArticle([{ name: `"><b>Đức</b>`, body: nasty }]);
  await page.goto(article.path);
  await expect(page.locator(".comment-body")).toHaveText(nasty);
  await expect(page.locator(".comment strong")).toHaveText(`"><b>Đức</b>`);
});

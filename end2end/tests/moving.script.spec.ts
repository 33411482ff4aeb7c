// Where the focus goes, where one replies, and that every page fits a narrow phone.
import { audit, expect, test } from "../fixtures.ts";
import { addComments, makeArticle } from "../data.ts";
import { site, waitUntilLive } from "../pages/site.ts";
import { onArticle } from "../pages/article.ts";
import { comments, formBelow, pendingRepliesTo, writerOf } from "../pages/comments.ts";
import { onReportPage } from "../pages/report.ts";

test.use({ viewport: { width: 360, height: 740 } });

test("a reply is written below its comment, and one stays there", async ({ page }) => {
  const article = makeArticle(
    Array.from({ length: 12 }, (_, n) => ({ name: `Bạn đọc ${n + 1}`, body: `Ý kiến có đánh số ${n + 1}.` })),
  );
  await page.goto(article.path);
  await waitUntilLive(page);
  const comment = comments(page).topLevel.nth(5);
  const name = await writerOf(comment).innerText();
  await comments(page).fill({ name: "Anh Hai", body: "Viết trước khi bấm trả lời." });
  await comments(page).replyTo(name).first().click();
  await expect(comments(page).replyHeading(name)).toBeFocused();
  await expect(comments(page).quote).toContainText("Ý kiến có đánh số");
  await expect(formBelow(comment), "the form stands below the comment").toBeVisible();
  await expect(comments(page).body).toHaveValue("Viết trước khi bấm trả lời.");
  await audit(page);
  await comments(page).cancelReply.click();
  await expect(formBelow(comment)).toHaveCount(0);
  await expect(comments(page).replyTo(name).first()).toBeFocused();
  await comments(page).replyTo(name).first().click();
  await comments(page).sendReply.click();
  const reply = pendingRepliesTo(comment);
  await expect(reply).toBeFocused();
  await expect(reply).toBeInViewport();
  await expect(comments(page).form).toBeVisible();
  await expect(formBelow(comment)).toHaveCount(0);
});

test("the link beside the heading leads to the form, also out of a reply", async ({ page }) => {
  const article = makeArticle([{ name: "Lê Thảo", body: "Khi nào thì có nước lại ạ?" }]);
  await page.goto(article.path);
  await waitUntilLive(page);
  await comments(page).replyTo("Lê Thảo").click();
  await comments(page).write.click();
  await expect(comments(page).send).toBeVisible();
  await expect(comments(page).formsInThread).toHaveCount(0);
  await expect(page.getByRole("form", { name: "Gửi ý kiến của ông/bà" })).toBeVisible();
  await expect(page.getByRole("complementary", { name: "Tin mới" })).toBeVisible();
  await expect(page.getByRole("heading", { level: 3, name: "Lê Thảo" })).toBeVisible();
});

test("the focus is never lost: after sending, withdrawing a vote, and showing new comments", async ({ page }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  await onArticle(page).star(4).click();
  await expect(onArticle(page).ownVote(4)).toBeVisible();
  await onArticle(page).withdrawStars.focus();
  await page.keyboard.press("Enter");
  await expect(onArticle(page).noOwnVote).toBeVisible();
  await expect(onArticle(page).star(1)).toBeFocused();
  await comments(page).fill({ body: "Ý kiến của tôi đây ạ." });
  await comments(page).send.focus();
  await page.keyboard.press("Enter");
  await expect(comments(page).sent).toBeFocused();
  addComments(article.id, [{ body: "Ý kiến mới đăng." }]);
  await comments(page).showNew(1).click();
  await expect(page.getByRole("heading", { name: /Ý kiến bạn đọc/ })).toBeFocused();
});

test("a report that is refused shows its error at once, and leaves one entry in the history", async ({
  page,
  expectStatus,
}) => {
  expectStatus(422);
  const article = makeArticle();
  addComments(article.id, [{ name: "Lê Thảo", body: "Ý kiến bị bạn đọc báo." }]);
  await page.goto(article.path);
  await waitUntilLive(page);
  await comments(page).report("Lê Thảo").click();
  await expect(onReportPage(page).heading).toBeVisible();
  const before = await page.evaluate(() => history.length);
  await onReportPage(page).note.fill("nói xấu tổ trưởng");
  for (const _ of [1, 2]) {
    await onReportPage(page).send.click();
    await expect(site(page).errorSummary).toBeFocused();
    await expect(site(page).errorLink("Chọn một lý do")).toBeVisible();
  }
  await audit(page);
  await site(page).errorLink("Chọn một lý do").click();
  await expect(onReportPage(page).reason("Xúc phạm người khác")).toBeFocused();
  await onReportPage(page).reason("Quảng cáo").check();
  await onReportPage(page).send.click();
  await expect(onReportPage(page).thanks).toBeVisible();
  expect(await page.evaluate(() => history.length)).toBe(before + 1);
  await page.goBack();
  await expect(onReportPage(page).send).toHaveCount(0);
});

test("the rating card takes at most 200 pixels, and keeps its height with the first vote", async ({ page }) => {
  const article = makeArticle([], { points: 0, ratings: 0 });
  await page.goto(article.path);
  await waitUntilLive(page);
  const height = async () => (await onArticle(page).rating.boundingBox())!.height;
  const before = await height();
  expect(before).toBeLessThanOrEqual(200);
  await onArticle(page).star(1).focus();
  await page.keyboard.press("ArrowRight");
  await expect(onArticle(page).chosen(2)).toBeVisible();
  expect(await height()).toBe(before);
  await page.keyboard.press("Enter");
  await expect(onArticle(page).totals(2, 1)).toBeVisible();
  await expect(onArticle(page).ownVote(2)).toBeVisible();
  expect(await height()).toBe(before);
});

test("given and empty stars differ by their shape, and both are visible", async ({ page }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  await onArticle(page).star(3).click();
  await expect(onArticle(page).ownVote(3)).toBeVisible();
  const shapes = () =>
    onArticle(page).starShapes.evaluateAll((stars) =>
      stars.map((star) => getComputedStyle(star, "::before").content.replaceAll('"', "")),
    );
  expect(await shapes()).toEqual(["★", "★", "★", "☆", "☆"]);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const contrasts = await onArticle(page).starShapes.evaluateAll((stars) => {
      const channel = (value: number) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
      const light = (color: string) => {
        const [r, g, b] = color.match(/[\d.]+/g)!.map((part) => channel(Number(part) / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const card = light(getComputedStyle(document.querySelector(".rating")!).backgroundColor);
      return stars.map((star) => {
        const own = light(getComputedStyle(star, "::before").color);
        return (Math.max(own, card) + 0.05) / (Math.min(own, card) + 0.05);
      });
    });
    for (const contrast of contrasts) expect(contrast).toBeGreaterThanOrEqual(3);
  }
});

test("another tab of the same visitor shows the vote and the pending comment at once", async ({ page }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  const tab = await page.context().newPage();
  await tab.goto(article.path);
  await waitUntilLive(tab);
  await onArticle(page).star(5).click();
  await expect(onArticle(tab).ownVote(5)).toBeVisible();
  await expect(onArticle(tab).star(5)).toBeChecked();
  await expect(onArticle(tab).totals(127, 27)).toBeVisible();
  await comments(page).fill({ body: "Ý kiến gửi từ thẻ thứ nhất." });
  await comments(page).send.click();
  await expect(comments(tab).pendingBody).toHaveText("Ý kiến gửi từ thẻ thứ nhất.");
  await onArticle(tab).withdrawStars.click();
  await expect(onArticle(page).noOwnVote).toBeVisible();
});

test("screen readers hear the own vote at once, and others' once in half a minute", async ({ page, openBrowser }) => {
  const article = makeArticle([], { points: 0, ratings: 0 });
  await page.clock.install();
  await page.goto(article.path);
  await waitUntilLive(page);
  const vote = async (stars: number) => {
    const other = await openBrowser();
    await other.goto(article.path);
    await waitUntilLive(other);
    await onArticle(other).star(stars).click();
  };
  await onArticle(page).star(5).click();
  await expect(onArticle(page).announcedScore).toContainText("Đã ghi nhận đánh giá của ông/bà.");
  await vote(1);
  await expect(onArticle(page).scoreLine).toHaveText("Xếp hạng: 3.0 - 2 phiếu bầu");
  await expect(onArticle(page).announcedScore).toContainText("Đã ghi nhận");
  await vote(3);
  await expect(onArticle(page).scoreLine).toHaveText("Xếp hạng: 3.0 - 3 phiếu bầu");
  await page.clock.fastForward(31_000);
  await expect(onArticle(page).announcedScore).toHaveText("Xếp hạng: 3.0 - 3 phiếu bầu");
});

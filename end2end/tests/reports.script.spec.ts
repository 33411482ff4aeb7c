import { audit, expect, test } from "../fixtures.ts";
import { addComments, makeArticle, reopenArticle } from "../data.ts";
import { alive, onArticle } from "../pages/article.ts";
import { CLOSURES, QUEUE, decisions } from "../pages/desk.ts";

test("an open page covers words and closes its forms at once, and loses nothing that is typed", async ({
  page,
  another,
  staffState,
}) => {
  const article = makeArticle();
  const [id] = addComments(article.id, [{ name: "Lê Thảo", body: "Gọi tôi số 0909 123 456 nhé." }]);
  await page.goto(article.path);
  await alive(page);
  const words = onArticle(page).words(id);
  await expect(words).toContainText("0909 123 456");
  const desk = await another(staffState);
  await desk.goto(`${QUEUE}?muc=da-dang&bai=${article.id}`);
  await alive(desk);
  const card = onArticle(desk).comment(id);
  // what is marked is what is offered
  await card.locator(".comment-body").evaluate((body) => {
    const range = document.createRange();
    const text = body.querySelector("span")!.firstChild!;
    range.setStart(text, 11);
    range.setEnd(text, 23);
    getSelection()!.removeAllRanges();
    getSelection()!.addRange(range);
  });
  await decisions(card).more.click();
  await expect(decisions(card).personalData).toHaveValue("0909 123 456");
  await audit(desk);
  await decisions(card).cover.click();
  await expect(words).toHaveText("Gọi tôi số ••• nhé.");
  await expect(page.getByText(/ý kiến mới/), "nothing new came").toBeHidden();
  await desk.goto(`${CLOSURES}?bai=${article.id}`);
  await desk.getByLabel("Đánh giá mới").check();
  await desk.getByLabel("Câu bạn đọc sẽ thấy").fill("Đã hết thời gian góp ý.");
  await audit(desk);
  const second = await another();
  await second.goto(article.path);
  await alive(second);
  await onArticle(second).body.fill("Ý kiến viết dở.");
  await desk.getByRole("button", { name: "Đóng", exact: true }).click();
  await expect(onArticle(page).closed).toHaveText("Đã hết thời gian góp ý.");
  await expect(onArticle(page).send).toBeHidden();
  await expect(page.getByRole("radio").first()).toBeDisabled();
  await expect(onArticle(second).closed).toBeVisible();
  await expect(onArticle(second).body).toHaveValue("Ý kiến viết dở.");
  await audit(page);
  reopenArticle(article.id);
  await expect(onArticle(page).send).toBeVisible();
});

test("reporting by following a link, and a desk that hears of it", async ({ page, another, staffState }) => {
  const article = makeArticle();
  const [id] = addComments(article.id, [{ name: "Lê Thảo", body: "Ý kiến bị bạn đọc báo." }]);
  const desk = await another(staffState);
  await desk.goto(`${QUEUE}?muc=bi-bao`);
  await alive(desk);
  await page.goto(article.path);
  await alive(page);
  await onArticle(page).report("Lê Thảo").click();
  await expect(page.locator("#noi-dung")).toBeFocused();
  await expect(page.getByRole("heading", { name: "Báo vi phạm" })).toBeVisible();
  await audit(page);
  await page.getByLabel("Quảng cáo").check();
  await page.getByRole("button", { name: "Gửi báo vi phạm" }).click();
  await expect(page.getByText("Cảm ơn bạn đã báo.")).toBeVisible();
  const card = onArticle(desk).comment(id);
  await expect(card).toContainText("1 bạn đọc báo vi phạm: Quảng cáo");
  await decisions(card).keep.click();
  await expect(card).toContainText("đã giữ lại");
  await card.getByRole("button", { name: /^Hoàn tác/ }).click();
  await expect(decisions(card).keep).toBeVisible();
  await audit(desk);
});

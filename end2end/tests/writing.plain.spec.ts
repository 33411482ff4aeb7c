// Articles written without script: from the first draft to readers and away again.
import { expect, expectStatusOn, openDeskOf, test } from "../fixtures.ts";
import { enterRoom } from "../pages/desk.ts";
import { site } from "../pages/site.ts";
import { ARTICLES, newTitle, writing } from "../pages/writing.ts";
import { onArticle } from "../pages/article.ts";

test("an article is written, sent, returned, published, corrected, moved and withdrawn", async ({
  page,
  openBrowser,
  expectStatus,
}) => {
  const title = newTitle();
  const hoa = await openDeskOf(openBrowser, "hoa");
  await enterRoom(hoa, "Bài viết");
  await writing(hoa).begin.click();
  await writing(hoa).write(title);
  await writing(hoa).pictureChoices.nth(1).getByRole("radio").check();
  await expect(writing(hoa).button("Đăng ngay")).toHaveCount(0);
  await writing(hoa).button("Gửi duyệt").click();
  await expect(writing(hoa).stage).toHaveText("Chờ duyệt");

  const mai = await openDeskOf(openBrowser, "mai");
  await mai.goto(ARTICLES);
  await writing(mai).tab("Chờ duyệt").click();
  await writing(mai).row(title).getByRole("link").click();
  await writing(mai).part("Trả lại để sửa").click();
  await writing(mai).field("Cần sửa gì").fill("Ghi rõ khu phố");
  await writing(mai).button("Trả lại").click();

  await hoa.reload();
  await expect(hoa.getByText("Ghi rõ khu phố")).toBeVisible();
  await writing(hoa).field("Đoạn mở đầu").fill("Khu phố 3, ngày 25/7.");
  await writing(hoa).button("Gửi duyệt").click();

  await mai.reload();
  await writing(mai).button("Đăng ngay").click();
  await expect(writing(mai).stage).toHaveText("Đã đăng");
  const address = (await writing(mai).publicLink.getAttribute("href"))!;
  await page.goto("/");
  await page.getByRole("link", { name: title }).click();
  await expect(page.getByText("Khu phố 3, ngày 25/7.")).toBeVisible();
  await expect(onArticle(page).leadPicture).toBeVisible();
  await expect(onArticle(page).text.getByRole("heading", { level: 2 })).toHaveText("Bà con lưu ý");
  await expect(onArticle(page).text.getByRole("listitem").first()).toHaveText("Trữ nước từ tối hôm trước");

  // a correction with a sentence for readers, and another address
  await writing(mai).field("Đoạn mở đầu").fill("Khu phố 3, ngày 26/7.");
  await writing(mai).field("Báo cho bạn đọc đã sửa gì (không bắt buộc)").fill("sửa ngày cúp nước");
  await writing(mai).part("Thêm: thẻ").click();
  await writing(mai).field("Địa chỉ (để trống: lấy từ tiêu đề)").fill("Cúp nước khu phố 3");
  await writing(mai).button("Lưu").click();
  await page.reload();
  await expect(page.getByText("Khu phố 3, ngày 25/7."), "what is saved is not published").toBeVisible();
  await writing(mai).field("Báo cho bạn đọc đã sửa gì (không bắt buộc)").fill("sửa ngày cúp nước");
  await writing(mai).button("Đăng bản sửa").click();
  await page.goto(address);
  await expect(page).toHaveURL(/\/cup-nuoc-khu-pho-3-\d+$/);
  await expect(onArticle(page).correction).toContainText("sửa ngày cúp nước");
  await expect(page.getByText("Khu phố 3, ngày 26/7.")).toBeVisible();

  await writing(mai).part("Gỡ bài khỏi trang").click();
  await writing(mai).field("Câu bạn đọc sẽ thấy thay vào đó").fill("Bài viết có sai sót và đã được gỡ.");
  await writing(mai).button("Gỡ").click();
  await expect(writing(mai).stage).toHaveText("Đã gỡ");
  expectStatus(410);
  const gone = await page.reload();
  expect(gone?.status()).toBe(410);
  await expect(page.getByRole("heading", { name: "Bài viết có sai sót và đã được gỡ." })).toBeVisible();
  await expect(page.getByText(title)).toHaveCount(0);
});

test("of two texts of one article neither goes over the other without a question", async ({ openBrowser }) => {
  const title = newTitle();
  const hoa = await openDeskOf(openBrowser, "hoa");
  await writing(hoa).saveNew(title);
  const mai = await openDeskOf(openBrowser, "mai");
  await mai.goto(hoa.url());
  await writing(hoa).field("Đoạn mở đầu").fill("Lời của Hòa.");
  await writing(hoa).button("Lưu").click();
  await expect(writing(hoa).notice).toHaveText("Đã lưu.");
  await writing(mai).field("Đoạn mở đầu").fill("Lời của Mai.");
  expectStatusOn(mai, 409);
  await writing(mai).button("Lưu").click();
  await expect(writing(mai).bothTexts).toContainText("Lời của Hòa.");
  await expect(writing(mai).bothTexts).toContainText("Lời của Mai.");
  await expect(writing(mai).field("Đoạn mở đầu")).toHaveValue("Lời của Mai.");
  await writing(mai).field("Đoạn mở đầu").fill("Lời của hai người.");
  await writing(mai).button("Lưu").click();
  await expect(writing(mai).notice).toHaveText("Đã lưu.");
  // the text of before can be brought back
  await writing(mai).part("Các bản đã lưu").click();
  await mai.getByRole("link", { name: "Bản 3", exact: true }).click();
  await expect(mai.getByText("Lời của Hòa.")).toBeVisible();
  await writing(mai).button("Khôi phục bản này").click();
  await expect(writing(mai).field("Đoạn mở đầu")).toHaveValue("Lời của Hòa.");
  // what changed, word by word
  await writing(mai).part("Các bản đã lưu").click();
  await mai.getByRole("link", { name: "Bản 4", exact: true }).click();
  await writing(mai).compareWith("Bản 3");
  await writing(mai).button("So sánh").click();
  await expect(writing(mai).deletions).toHaveText("Hòa.");
  await expect(writing(mai).insertions).toHaveText("hai người.");
});

test("two texts become one by a choice at each place where they differ", async ({ openBrowser }) => {
  const title = newTitle();
  const hoa = await openDeskOf(openBrowser, "hoa");
  await writing(hoa).saveNew(title);
  const mai = await openDeskOf(openBrowser, "mai");
  await mai.goto(hoa.url());
  await writing(hoa).field("Nội dung").fill("Câu của Hòa.\n\nCâu chung.");
  await writing(hoa).field("Đoạn mở đầu").fill("Lời của Hòa.");
  await writing(hoa).button("Lưu").click();
  await writing(mai).field("Nội dung").fill("Câu chung.\n\nCâu của Mai.");
  await writing(mai).field("Đoạn mở đầu").fill("Lời của Mai.");
  expectStatusOn(mai, 409);
  await writing(mai).button("Lưu").click();
  const places = writing(mai).bothTexts.getByRole("group");
  // what only one of them wrote is no question
  await expect(places).toHaveCount(1);
  await places.getByRole("radio", { name: /Bản của Anh Hòa, lưu lúc/ }).check();
  await writing(mai).button("Ghép lại").click();
  await expect(writing(mai).notice).toHaveText("Đã ghép hai bản. Xem lại rồi bấm lưu.");
  await expect(writing(mai).field("Nội dung")).toHaveValue("Câu của Hòa.\n\nCâu chung.\n\nCâu của Mai.");
  await expect(writing(mai).field("Đoạn mở đầu")).toHaveValue("Lời của Hòa.");
  await writing(mai).button("Lưu").click();
  await expect(writing(mai).notice).toHaveText("Đã lưu.");
});

test("a draft is found without diacritics, copied, thrown away and brought back", async ({ openBrowser }) => {
  const title = newTitle();
  const hoa = await openDeskOf(openBrowser, "hoa");
  await writing(hoa).saveNew(title);
  await writing(hoa).button("Viết bài mới từ bài này").click();
  await expect(writing(hoa).field("Tiêu đề")).toHaveValue(title);
  await writing(hoa).button("Bỏ bản nháp").click();
  await hoa.goto(ARTICLES);
  await writing(hoa).search(title.replace("Lịch cúp nước số", "lich cup nuoc so"));
  await expect(writing(hoa).row(title)).toHaveCount(1);
  await writing(hoa).tab("Đã bỏ").click();
  await writing(hoa).row(title).getByRole("button", { name: "Khôi phục" }).click();
  await expect(writing(hoa).stage).toHaveText("Bản nháp");
  await expect(site(hoa).alert).toHaveCount(0);
});

// Without script: categories and tags from the desk to readers, preview links, and faults that readers report.
import { expect, expectStatusOn, openDeskOf, test } from "../fixtures.ts";
import { FAULTS, CATEGORIES, sorting } from "../pages/sorting.ts";
import { ARTICLES, newTitle, writing } from "../pages/writing.ts";
import { onArticle } from "../pages/article.ts";
import { onFrontPage } from "../pages/front.ts";

const unique = () => `${Date.now()}${Math.floor(Math.random() * 1000)}`;

test("categories and tags are made, moved, merged and renamed, and readers find their way", async ({
  page,
  openBrowser,
}) => {
  const [health, school, title] = [`Y tế ${unique()}`, `Trường học ${unique()}`, newTitle()];
  const tag = `tiêm chủng ${unique()}`;
  const mai = await openDeskOf(openBrowser, "mai");
  await mai.goto(CATEGORIES);
  await sorting(mai).add(health);
  await expect(sorting(mai).notice).toHaveText("Đã thêm chuyên mục.");
  await sorting(mai).add(school);
  const order = () => sorting(mai).rows.getByRole("link").allTextContents();
  expect((await order()).slice(-2)).toEqual([health, school]);
  await sorting(mai).button(`Lên: ${school}`).click();
  expect((await order()).slice(-2)).toEqual([school, health]);
  await sorting(mai).button(`Xuống: ${school}`).click();
  expect((await order()).slice(-2)).toEqual([health, school]);

  await mai.goto(ARTICLES);
  await writing(mai).begin.click();
  await writing(mai).write(title);
  await writing(mai).field("Chuyên mục").selectOption(school);
  await writing(mai).part("Thêm: thẻ").click();
  await writing(mai).field("Thẻ (cách nhau bằng dấu phẩy)").fill(`${tag}, trẻ em`);
  await mai.getByRole("checkbox", { name: health }).check();
  await writing(mai).button("Đăng ngay").click();
  await expect(writing(mai).stage).toHaveText("Đã đăng");
  const address = (await writing(mai).publicLink.getAttribute("href"))!;

  await page.goto(address);
  await sorting(page).tag(tag).click();
  await expect(sorting(page).listHeading).toHaveText(tag);
  await expect(page.getByRole("link", { name: title })).toBeVisible();
  const tagAddress = page.url();
  await page.goto(address);
  await sorting(page).categoryOfArticle.click();
  await expect(sorting(page).listHeading).toHaveText(school);
  const categoryAddress = page.url();

  // merged into the other one, and the tag renamed: old addresses lead on
  await mai.goto(CATEGORIES);
  await sorting(mai).open(school);
  await sorting(mai).part("Gộp vào chuyên mục khác").click();
  await sorting(mai).field("Gộp vào").selectOption(health);
  await mai.getByRole("checkbox", { name: /Tôi hiểu/ }).check();
  await sorting(mai).button("Gộp").click();
  await expect(sorting(mai).notice).toContainText("Đã gộp chuyên mục.");
  await page.goto(categoryAddress);
  await expect(sorting(page).listHeading).toHaveText(health);
  await expect(page.getByRole("link", { name: title })).toBeVisible();
  await mai.getByRole("searchbox", { name: "Tìm thẻ" }).fill(tag);
  await sorting(mai).button("Tìm").click();
  await sorting(mai).open(tag);
  await sorting(mai).field("Tên").fill(`${tag} mở rộng`);
  await sorting(mai).button("Lưu").click();
  await page.goto(tagAddress);
  await expect(sorting(page).listHeading).toHaveText(`${tag} mở rộng`);
});

test("a link shows a draft to somebody without an account, until it is taken back", async ({ page, openBrowser }) => {
  const title = newTitle();
  const hoa = await openDeskOf(openBrowser, "hoa");
  await hoa.goto(ARTICLES);
  await writing(hoa).begin.click();
  await writing(hoa).write(title);
  await writing(hoa).pictureChoices.nth(1).getByRole("radio").check();
  await writing(hoa).button("Lưu").click();
  await writing(hoa).part("Liên kết xem trước").click();
  await writing(hoa).button("Tạo liên kết").click();
  const link = await hoa.getByLabel(/Gửi liên kết này/).inputValue();
  await page.goto(link);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
  await expect(page.getByText("Bản xem trước")).toBeVisible();
  const picture = onArticle(page).picture;
  await expect(picture).toBeVisible();
  expect(await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBeGreaterThan(0);
  await expect(page.getByRole("button")).toHaveCount(0);
  await writing(hoa).button("Thu hồi liên kết").click();
  await expect(writing(hoa).notice).toHaveText("Đã thu hồi liên kết xem trước.");
  expectStatusOn(page, 404);
  await page.reload();
  await expect(page.getByText("Không tìm thấy trang này")).toBeVisible();
});

test("a reader reports a fault and is answered", async ({ page, openBrowser }) => {
  const message = `Ngày đúng là 25/7 (${unique()})`;
  await page.goto("/");
  await onFrontPage(page).articleLinks.first().click();
  await sorting(page).reportFault.click();
  await page.getByLabel("Bài viết sai ở đâu?").fill(message);
  await page.getByRole("button", { name: "Gửi báo lỗi" }).click();
  await expect(page.getByRole("status")).toContainText("Đã nhận lời báo của ông/bà");
  const hoa = await openDeskOf(openBrowser, "hoa");
  await hoa.goto(FAULTS);
  const row = sorting(hoa).fault(message);
  await row.getByLabel("Trả lời bạn đọc (không bắt buộc)").fill("Cảm ơn ông/bà, phường đã sửa.");
  await row.getByRole("button", { name: "Đã sửa bài" }).click();
  await expect(row).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("status")).toContainText("Đã sửa bài viết");
  await expect(page.getByText("Cảm ơn ông/bà, phường đã sửa.")).toBeVisible();
  await hoa.getByRole("link", { name: "Đã xử lý" }).click();
  await row.getByRole("button", { name: "Mở lại" }).click();
  await expect(sorting(hoa).notice).toHaveText("Đã mở lại lời báo lỗi.");
  await hoa.getByRole("link", { name: "Đang chờ" }).click();
  await expect(row.getByRole("button", { name: "Đã sửa bài" })).toBeVisible();
  await page.reload();
  await page.getByRole("button", { name: "Xóa lời báo này" }).click();
  await expect(page.getByRole("status")).toHaveText("Đã xóa lời báo lỗi.");
});

// Pictures and files without script: uploaded, described, shown in an article, and found again.
import { expect, expectStatusOn, openDeskOf, test } from "../fixtures.ts";
import { LIBRARY, library, picture } from "../pages/library.ts";
import { ARTICLES, newTitle, writing } from "../pages/writing.ts";

test("pictures and a file are uploaded by a plain form, which says what was not taken", async ({ openBrowser }) => {
  const page = await openDeskOf(openBrowser, "mai");
  await page.goto(LIBRARY);
  await library(page).chooser.setInputFiles([
    picture("hop-to-dan-cu"),
    { name: "Thông báo số 5.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 thông báo số 5") },
    { name: "hình.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg onload='alert(1)'/>") },
  ]);
  await library(page).send.click();
  await expect(library(page).notice).toHaveText("Đã tải lên 2 tệp.");
  await expect(library(page).problems).toContainText("Không nhận tệp SVG. Vui lòng xuất thành PNG rồi tải lên");
  await library(page).picture("Chưa có lời mô tả").first().getByRole("link").click();
  await library(page).description.fill("Bà con tổ 5 họp tại nhà văn hóa");
  await library(page).focus("Giữa, phải").check();
  await library(page).button("Lưu").click();
  await expect(library(page).notice).toHaveText("Đã lưu.");
  await expect(library(page).focus("Giữa, phải")).toBeChecked();
  await page.goto(`${LIBRARY}?q=to+5+hop`);
  await expect(library(page).pictures).toHaveCount(1);
  await page.goto(LIBRARY);
  await library(page).files.click();
  await expect(library(page).file("Thông báo số 5.pdf")).toContainText("Chưa dùng");
  await library(page).file("Thông báo số 5.pdf").getByRole("button", { name: "Xóa" }).click();
  await expect(library(page).notice).toHaveText("Đã xóa.");
  await expect(library(page).file("Thông báo số 5.pdf")).toHaveCount(0);
});

test("an article shows a picture where its text says so", async ({ openBrowser, page: reader }) => {
  const title = newTitle();
  const mai = await openDeskOf(openBrowser, "mai");
  await mai.goto(ARTICLES);
  await writing(mai).begin.click();
  await library(mai).chooser.setInputFiles(picture("nang-cap-hem-12"));
  await library(mai).send.click();
  await expect(library(mai).notice).toHaveText("Đã tải lên 1 tệp.");
  const number = /Ảnh (\d+)/.exec(await writing(mai).pictureChoices.filter({ hasText: "Ảnh" }).nth(1).innerText())![1];
  await writing(mai).write(title);
  await writing(mai).field("Nội dung").fill(`Trước ảnh.\n\n[ảnh ${number}: Hẻm 12 sau khi sửa]\n\nSau ảnh.`);
  expectStatusOn(mai, 422);
  await writing(mai).button("Đăng ngay").click();
  await expect(mai.getByText("Có ảnh chưa có lời mô tả").first()).toBeVisible();
  const describe = await mai.getByRole("link", { name: "Mô tả ảnh" }).first().getAttribute("href");
  const article = mai.url();
  await mai.goto(describe!);
  await library(mai).description.fill("Hẻm 12 có mặt đường bê tông mới");
  await library(mai).button("Lưu").click();
  await mai.goto(article);
  await writing(mai).button("Đăng ngay").click();
  await expect(writing(mai).stage).toHaveText("Đã đăng");
  const link = await writing(mai).publicLink.getAttribute("href");
  await reader.goto(link!);
  const shown = reader.getByRole("img", { name: "Hẻm 12 có mặt đường bê tông mới" });
  await expect(shown).toBeVisible();
  await expect(reader.getByText("Hẻm 12 sau khi sửa")).toBeVisible();
  await shown.scrollIntoViewIfNeeded();
  await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
});

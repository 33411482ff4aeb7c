// How administrators set the look of the site, without script: tried first, then saved, then taken back.
import { expect, openDeskOf, test } from "../fixtures.ts";
import { APPEARANCE, around } from "../pages/around.ts";
import { site } from "../pages/site.ts";

test("an accent and a line in the footer are tried on the page and then saved for everybody", async ({ page, openBrowser }) => {
  const accent = () => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--red-solid").trim());
  await page.goto("/");
  const before = await accent();
  const admin = await openDeskOf(openBrowser, "quantri");
  await admin.goto(APPEARANCE);
  await around(admin).field("Màu chủ đạo").fill("#0b5d8a");
  await around(admin).field("Dòng thêm ở cuối trang").fill("Giấy phép số 12/GP-STTTT");
  await around(admin).button("Xem thử").click();
  await expect(around(admin).trial).toContainText("Đang xem thử, chưa lưu");
  await page.reload();
  expect(await accent(), "trying saves nothing").toBe(before);
  await around(admin).button("Lưu giao diện").click();
  await expect(around(admin).done).toHaveText("Đã đổi giao diện. Bạn đọc thấy ngay.");
  await page.reload();
  expect(await accent()).toBe("#0b5d8a");
  await expect(page.getByRole("contentinfo")).toContainText("Giấy phép số 12/GP-STTTT");
  await around(admin).field("Màu chủ đạo").fill("#a3151b");
  await around(admin).field("Dòng thêm ở cuối trang").fill("");
  await around(admin).button("Lưu giao diện").click();
  await page.reload();
  expect(await accent()).toBe(before);
  await expect(site(page).lookLink).toHaveCount(0);
  const manifest = await page.request.get((await site(page).manifestLink.getAttribute("href"))!);
  expect((await manifest.json()).name).toBe("Phường Hiệp Ninh");
});

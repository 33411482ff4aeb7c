// The front page as editors arrange it, urgent notices, and the ways through the site, without script.
import { makeArticle, mainArticle } from "../data.ts";
import { expect, expectStatusOn, openDeskOf, test } from "../fixtures.ts";
import { onFrontPage } from "../pages/front.ts";
import { FRONT_ROOM, NOTICES_ROOM, frontRooms, inMinutes } from "../pages/frontRooms.ts";

test("an editor pins an article, chooses the notices and the order of the blocks", async ({ page, openBrowser }) => {
  const old = mainArticle();
  // enough for the blocks to have articles that do not stand above them
  for (let n = 0; n < 10; n++) makeArticle([]);
  const mai = await openDeskOf(openBrowser, "mai");
  await mai.goto(FRONT_ROOM);
  await frontRooms(mai).pinned.fill(`${new URL(mai.url()).origin}${old.path}?utm_source=zalo#y-kien`);
  await frontRooms(mai).field("Dải thông báo lấy từ chuyên mục").selectOption("Khu phố");
  await frontRooms(mai).field("Khối 1").selectOption("Y tế");
  await frontRooms(mai).field("Khối 2").selectOption("Tin thử");
  await frontRooms(mai).button("Lưu trang chủ").click();
  await expect(frontRooms(mai).done).toHaveText("Đã lưu trang chủ.");
  await page.goto("/");
  await expect(onFrontPage(page).articleLinks.first()).toHaveText(/Hội nghị triển khai Kế hoạch/);
  await expect(frontRooms(page).strip).toContainText("Lịch cúp nước khu phố 3");
  // the articles of the first stand above already
  await expect(frontRooms(page).blockHeadings).toHaveText(["Tin thử"]);
  await page.getByRole("link", { name: "Trang sau" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tin mới");
  await expect(onFrontPage(page).articleLink("Hội nghị triển khai Kế hoạch")).toHaveCount(0);
  expectStatusOn(mai, 422);
  await frontRooms(mai).pinned.fill("/tin-tuc/khong-co-999999");
  await frontRooms(mai).button("Lưu trang chủ").click();
  await expect(mai.getByText("Nhập địa chỉ của một bài viết đang đăng").first()).toBeVisible();
  await expect(frontRooms(mai).field("Khối 1"), "nothing that was chosen is lost").toHaveValue(/\d+/);
  await frontRooms(mai).pinned.fill("");
  await frontRooms(mai).button("Lưu trang chủ").click();
  await expect(frontRooms(mai).done).toHaveText("Đã lưu trang chủ.");
  await page.goto("/");
  await expect(onFrontPage(page).articleLinks.first()).not.toHaveText(/Hội nghị triển khai Kế hoạch/);
});

test("an urgent notice stands on every page until it is ended", async ({ page, openBrowser }) => {
  const message = `Bão số ${Date.now() % 1000}: chằng chống nhà cửa trước 18 giờ`;
  const mai = await openDeskOf(openBrowser, "mai");
  await mai.goto(NOTICES_ROOM);
  expectStatusOn(mai, 422);
  await frontRooms(mai).field("Câu thông báo").fill(message);
  await frontRooms(mai).field("Địa chỉ xem chi tiết (không bắt buộc)").fill("javascript:alert(1)");
  await frontRooms(mai).field("Kết thúc").fill(inMinutes(60));
  await frontRooms(mai).button("Đăng thông báo khẩn").click();
  await expect(mai.getByText("Địa chỉ bắt đầu bằng").first()).toBeVisible();
  await expect(frontRooms(mai).field("Câu thông báo")).toHaveValue(message);
  await frontRooms(mai).field("Địa chỉ xem chi tiết (không bắt buộc)").fill(mainArticle().path);
  await frontRooms(mai).field("Bắt đầu (để trống: ngay)").fill(inMinutes(120));
  await frontRooms(mai).button("Đăng thông báo khẩn").click();
  await expect(mai.getByText("Giờ kết thúc phải sau giờ bắt đầu").first()).toBeVisible();
  await frontRooms(mai).field("Bắt đầu (để trống: ngay)").fill("");
  await frontRooms(mai).button("Đăng thông báo khẩn").click();
  await expect(frontRooms(mai).done).toHaveText("Đã đăng thông báo khẩn lên mọi trang.");
  for (const address of ["/", mainArticle().path, "/tim-kiem", "/quyen-rieng-tu"]) {
    await page.goto(address);
    await expect(frontRooms(page).urgent(message), address).toBeVisible();
  }
  await frontRooms(page).urgent(message).getByRole("link", { name: "Xem chi tiết" }).click();
  await expect(page).toHaveURL(new RegExp(mainArticle().path));
  await frontRooms(mai).row(message).getByRole("button", { name: "Kết thúc" }).click();
  await expect(frontRooms(mai).done).toHaveText("Đã kết thúc thông báo khẩn.");
  await page.goto("/");
  await expect(frontRooms(page).urgent(message)).toHaveCount(0);
});

test("every article is reached through the directory: by category, tag and month", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("banner").getByRole("link", { name: "Y tế" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Y tế");
  await page.getByRole("banner").getByRole("link", { name: "Mục lục" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Mục lục");
  await page.getByRole("link", { name: "Tháng 7/2023" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tin tháng 7/2023");
  await page.getByRole("link", { name: "Tháng 6/2023" }).click();
  await expect(page).toHaveURL(/\/luu-tru\/2023\/06$/);
  await onFrontPage(page).articleLinks.first().click();
  await page.getByRole("navigation", { name: "Bài trước, bài sau" }).getByRole("link").last().click();
  await page.getByRole("navigation", { name: "Đường dẫn" }).getByRole("link").last().click();
  await expect(page).toHaveURL(/\/chuyen-muc\//);
});

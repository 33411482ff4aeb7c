// What script adds: urgent notices come to open pages, and are put away for good.
import { mainArticle } from "../data.ts";
import { audit, expect, openDeskOf, test } from "../fixtures.ts";
import { FRONT_ROOM, NOTICES_ROOM, frontRooms, inMinutes } from "../pages/frontRooms.ts";
import { waitUntilLive } from "../pages/site.ts";
import { roomContent } from "../pages/desk.ts";

test("an urgent notice comes to an open page, moves nothing, and stays away once it is put away", async ({ page, openBrowser }) => {
  const message = `Cúp nước khẩn ${Date.now() % 1000}: khu phố 3`;
  await page.goto(mainArticle().path);
  await waitUntilLive(page);
  const place = () => page.getByRole("heading", { level: 1 }).evaluate((heading) => heading.getBoundingClientRect().top);
  const before = await place();
  const mai = await openDeskOf(openBrowser, "mai");
  await mai.goto(NOTICES_ROOM);
  await waitUntilLive(mai);
  await frontRooms(mai).field("Câu thông báo").fill(message);
  await frontRooms(mai).field("Kết thúc").fill(inMinutes(60));
  await frontRooms(mai).button("Đăng thông báo khẩn").click();
  await expect(frontRooms(page).urgent(message)).toBeVisible();
  expect(await place()).toBe(before);
  await audit(page);
  // at the head of a page that is opened, where it has its place
  await page.reload();
  await expect(frontRooms(page).urgent(message)).toBeVisible();
  await waitUntilLive(page);
  await audit(page);
  const colors = (element: HTMLElement) => [getComputedStyle(element).color, getComputedStyle(element.closest(".urgent")!).backgroundColor];
  const [color, ground] = await frontRooms(page).putAway.first().evaluate(colors);
  expect(color, "what puts it away can be read").not.toBe(ground);
  await frontRooms(page).putAway.first().click();
  await expect(frontRooms(page).urgent(message)).toHaveCount(0);
  await page.reload();
  await waitUntilLive(page);
  await expect(frontRooms(page).urgent(message), "it was put away").toHaveCount(0);
  await mai.goto(NOTICES_ROOM);
  await frontRooms(mai).row(message).getByRole("button", { name: "Kết thúc" }).click();
  await expect(frontRooms(mai).done).toHaveText("Đã kết thúc thông báo khẩn.");
});

test("the rooms of the front page and of notices, and the ways through, have no barriers in light and dark", async ({ page, openBrowser }) => {
  const mai = await openDeskOf(openBrowser, "mai");
  for (const scheme of ["light", "dark"] as const) {
    await mai.emulateMedia({ colorScheme: scheme });
    await page.emulateMedia({ colorScheme: scheme });
    for (const address of [FRONT_ROOM, NOTICES_ROOM]) {
      await mai.goto(address);
      await expect(roomContent(mai)).toBeVisible();
      await audit(mai);
    }
    for (const address of ["/", "/?trang=1", "/muc-luc", "/luu-tru/2023/07", "/chuyen-muc/y-te", mainArticle().path]) {
      await page.goto(address);
      await audit(page);
    }
  }
});

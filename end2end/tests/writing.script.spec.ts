// What the program in the browser adds for those who write: nothing that is typed is lost, and times are exact.
import { audit, expect, expectStatusOn, openDeskOf, test } from "../fixtures.ts";
import { account } from "../pages/account.ts";
import { roomContent, roomParts, signOutButton } from "../pages/desk.ts";
import { ARTICLES, newTitle, writing } from "../pages/writing.ts";
import type { Page } from "@playwright/test";

async function open(openBrowser: () => Promise<Page>, username: string): Promise<Page> {
  const page = await openDeskOf(openBrowser, username);
  await page.goto(ARTICLES);
  return page;
}

test("what is typed is kept on the server by itself, and is there on another device", async ({ openBrowser }) => {
  const title = newTitle();
  const phone = await open(openBrowser, "hoa");
  await writing(phone).begin.click();
  const placeOfButton = () => writing(phone).button("Lưu").evaluate((button) => button.getBoundingClientRect().top + scrollY);
  const place = await placeOfButton();
  await writing(phone).write(title);
  await expect(writing(phone).keepState).toContainText("Đã giữ bản viết dở lúc");
  // what is said meanwhile moves no button away from under a finger
  expect(await placeOfButton()).toBe(place);
  const desktop = await open(openBrowser, "hoa");
  await desktop.goto(phone.url());
  await expect(writing(desktop).field("Tiêu đề")).toHaveValue(title);
  await expect(desktop.getByText("Đây là bản ông/bà viết dở")).toBeVisible();
  // others see who is there, and not what is being typed
  const mai = await open(openBrowser, "mai");
  await mai.goto(phone.url());
  await expect(mai.getByText("Anh Hòa cũng đang sửa bài này.")).toBeVisible();
  await expect(writing(mai).field("Tiêu đề")).toHaveValue("");
  await writing(desktop).button("Lưu").click();
  await expect(writing(desktop).notice).toHaveText("Đã lưu.");
  await expect(desktop.getByText("Đây là bản ông/bà viết dở")).toHaveCount(0);
  // the phone's form is older now: it undoes nothing, and keeps its own words
  await writing(phone).field("Nguồn").evaluate((field) => field.closest("details")!.setAttribute("open", ""));
  await writing(phone).field("Nguồn").fill("Báo Tây Ninh");
  await expect(writing(phone).keepState).toContainText("Ông/bà đã lưu bài này ở nơi khác");
  await desktop.reload();
  await expect(writing(desktop).field("Tiêu đề")).toHaveValue(title);
});

test("what is typed before the slow parts of the page have come is kept, and they move nothing", async ({ openBrowser }) => {
  const page = await open(openBrowser, "hoa");
  const held = new Set<string>();
  let release = () => {};
  const isReleased = new Promise<void>((resolve) => (release = resolve));
  for (const part of ["split_keep_typed_text*.wasm", "editor.js"])
    await page.route(`**/${part}`, async (route) => {
      held.add(part);
      await isReleased;
      await route.continue();
    });
  await writing(page).begin.click();
  await writing(page).field("Tiêu đề").fill(newTitle());
  await expect.poll(() => held.size).toBe(2);
  const place = () => writing(page).button("Lưu").evaluate((button) => button.getBoundingClientRect().top + scrollY);
  const before = await place();
  release();
  await expect(writing(page).editor).toBeVisible();
  await expect(writing(page).keepState).toContainText("Đã giữ bản viết dở lúc");
  // to the pixel
  expect(await place()).toBeCloseTo(before, 0);
});

test("what is typed while the connection is lost survives a reload, and reaches the server later", async ({
  openBrowser,
}) => {
  const title = newTitle();
  const page = await open(openBrowser, "hoa");
  await writing(page).begin.click();
  await expect(writing(page).field("Tiêu đề")).toBeVisible();
  expectStatusOn(page, 0);
  await page.route("**/api/keep-copy", (route) => route.abort());
  await writing(page).write(title);
  await expect(writing(page).keepState).toContainText("Mất kết nối, bản viết dở được giữ trên máy này.");
  await page.unroute("**/api/keep-copy");
  await page.reload();
  await expect(writing(page).field("Tiêu đề")).toHaveValue(title);
  await expect(writing(page).field("Chuyên mục")).toHaveValue(/\d+/);
  await expect(writing(page).keepState).toContainText("Đã giữ bản viết dở lúc");
  // an office computer is shared: signing out leaves nothing behind
  await signOutButton(page).click();
  await expect(account(page).signInHeading).toBeVisible();
  const left = await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("loa-nhap:")));
  expect(left).toEqual([]);
});

test("an article appears at the second for which it was scheduled", async ({ page, openBrowser }) => {
  const title = newTitle();
  const mai = await open(openBrowser, "mai");
  await writing(mai).begin.click();
  await writing(mai).write(title);
  const minute = new Date(Math.ceil((Date.now() + 5_000) / 60_000) * 60_000);
  const local = new Date(minute.getTime() + 7 * 3_600_000).toISOString().slice(0, 16);
  await writing(mai).field("Giờ đăng (để trống: khi bấm đăng)").fill(local);
  await writing(mai).button("Hẹn giờ đăng").click();
  await expect(writing(mai).stage).toHaveText("Hẹn giờ");
  const request = page.request;
  const isThere = async () => (await (await request.get("/")).text()).includes(title);
  expect(await isThere()).toBe(false);
  await expect.poll(isThere, { timeout: 90_000, intervals: [100] }).toBe(true);
  const late = Date.now() - minute.getTime();
  expect(late, "milliseconds after its time").toBeGreaterThan(-200);
  expect(late, "milliseconds after its time").toBeLessThan(1_500);
});

test("the pages for writing are accessible, in light and dark", async ({ openBrowser }) => {
  const mai = await open(openBrowser, "mai");
  await writing(mai).begin.click();
  await writing(mai).write(newTitle());
  expectStatusOn(mai, 422);
  await writing(mai).field("Tác giả").fill("");
  await writing(mai).button("Đăng ngay").click();
  await expect(mai.getByText("Vui lòng nhập tên tác giả").first()).toBeVisible();
  const refused = mai.url();
  await writing(mai).field("Tác giả").fill("Chị Mai");
  await writing(mai).button("Đăng ngay").click();
  await expect(writing(mai).stage).toHaveText("Đã đăng");
  const article = new URL(mai.url());
  article.hash = "";
  for (const scheme of ["light", "dark"] as const) {
    await mai.emulateMedia({ colorScheme: scheme });
    for (const address of [ARTICLES, `${ARTICLES}?trang-thai=da-bo`, refused, `${article}`, `${article}&ban=2`]) {
      await mai.goto(address);
      await expect(roomContent(mai)).toBeVisible();
      for (const part of await roomParts(mai).all()) await part.click();
      await audit(mai);
    }
  }
});

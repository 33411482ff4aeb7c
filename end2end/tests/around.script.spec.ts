// Pages, documents and the calendar with script: the way to them, opinions that appear live, and no barrier on any.
import { audit, expect, openDeskOf, test } from "../fixtures.ts";
import { CALENDAR, DOCUMENTS, MENU, PAGES, SERIES, around } from "../pages/around.ts";
import { comments } from "../pages/comments.ts";
import { card, cardWith } from "../pages/moderation.ts";
import { waitUntilLive } from "../pages/site.ts";
import { onArticle } from "../pages/article.ts";
import { roomContent } from "../pages/desk.ts";

test("the menu is used by keyboard, closes after a choice, and the page of a document is taken over", async ({ page }) => {
  await page.goto("/");
  const summary = page.getByRole("banner").getByText("Mục", { exact: true });
  await summary.focus();
  await page.keyboard.press("Enter");
  await expect(around(page).menuLink("Văn bản")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(around(page).menuLink("Văn bản")).toBeHidden();
  await expect(summary).toBeFocused();
  await page.keyboard.press("Enter");
  await around(page).menuLink("Dự thảo lấy ý kiến").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Văn bản");
  await expect(around(page).menuLink("Văn bản")).toBeHidden();
  await around(page).results.getByRole("link").first().click();
  await waitUntilLive(page);
  await expect(onArticle(page).rating).toHaveCount(0);
});

test("an opinion appears on open pages of the draft once it is approved", async ({ page, openBrowser }) => {
  const body = `Xin giữ số nhà cũ thêm một năm, lần ${Date.now()}.`;
  const writer = await openBrowser();
  for (const reader of [page, writer]) {
    await reader.goto("/van-ban?hieu-luc=gop-y");
    await around(reader).results.getByRole("link").first().click();
    await waitUntilLive(reader);
  }
  await comments(writer).fill({ name: "Lê Văn Tám", body });
  await comments(writer).send.click();
  await expect(writer.getByText(body)).toBeVisible();
  const lan = await openDeskOf(openBrowser, "lan");
  await lan.goto("/quan-tri/y-kien");
  await card(cardWith(lan, body)).approve.click();
  await page.getByRole("button", { name: "1 ý kiến mới" }).click();
  await expect(page.getByText(body)).toBeVisible();
});

test("the pages around the articles and their rooms have no barriers, in light and dark", async ({ page, openBrowser }) => {
  const admin = await openDeskOf(openBrowser, "quantri");
  await page.goto("/van-ban");
  const draft = await around(page).results.getByRole("link").first().getAttribute("href");
  const addresses = ["/van-ban", draft!, "/lich", "/trang/to-chuc-va-lien-he", "/chu-de/cung-cham-khu-pho", "/muc-luc", "/"];
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const address of addresses) {
      await page.goto(address);
      await around(page).openMenu();
      await audit(page);
    }
  }
  for (const address of [PAGES, DOCUMENTS, CALENDAR, SERIES, MENU]) {
    await admin.goto(address);
    await expect(roomContent(admin)).toBeVisible();
    for (const part of await roomContent(admin).locator("details").all())
      await part.evaluate((details: HTMLDetailsElement) => (details.open = true));
    await audit(admin);
  }
});

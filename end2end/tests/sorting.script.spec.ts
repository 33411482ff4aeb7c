// What script adds: an open front page says what is new, and a report takes along the words that were marked.
import { audit, expect, openDeskOf, test } from "../fixtures.ts";
import { mainArticle } from "../data.ts";
import { onFrontPage } from "../pages/front.ts";
import { waitUntilLive } from "../pages/site.ts";
import { CATEGORIES, FAULTS, sorting } from "../pages/sorting.ts";
import { ARTICLES, newTitle, writing } from "../pages/writing.ts";
import { onArticle } from "../pages/article.ts";
import { roomContent, roomParts } from "../pages/desk.ts";

test("an open front page says that there is news, and nothing on it moves", async ({ page, openBrowser }) => {
  const stream = page.waitForResponse(/\/truc-tiep/);
  await page.goto("/");
  await stream;
  await expect(sorting(page).newsButton).toBeHidden();
  const place = () => onFrontPage(page).articleLinks.first().evaluate((link) => link.getBoundingClientRect().top);
  const before = await place();
  const title = newTitle();
  const mai = await openDeskOf(openBrowser, "mai");
  await mai.goto(ARTICLES);
  await writing(mai).begin.click();
  await writing(mai).write(title);
  await writing(mai).button("Đăng ngay").click();
  await expect(writing(mai).stage).toHaveText("Đã đăng");
  await expect(sorting(page).newsButton).toHaveText("1 tin mới");
  expect(await place()).toBe(before);
  await audit(page);
  await sorting(page).newsButton.click();
  await expect(onFrontPage(page).articleLinks.first()).toHaveText(title);
  await expect(sorting(page).newsButton).toBeHidden();
});

test("words that were marked in an article are quoted in the report", async ({ page }) => {
  await page.goto(mainArticle().path);
  await waitUntilLive(page);
  const marked = await onArticle(page).paragraphs.first().evaluate((paragraph) => {
    const range = document.createRange();
    range.setStart(paragraph.firstChild!, 0);
    range.setEnd(paragraph.firstChild!, 20);
    getSelection()!.removeAllRanges();
    getSelection()!.addRange(range);
    return getSelection()!.toString().trim();
  });
  await sorting(page).reportFault.click();
  await expect(sorting(page).quotation).toHaveText(marked);
});

test("the rooms of categories and faults are accessible, in light and dark", async ({ openBrowser }) => {
  const mai = await openDeskOf(openBrowser, "mai");
  for (const scheme of ["light", "dark"] as const) {
    await mai.emulateMedia({ colorScheme: scheme });
    for (const address of [CATEGORIES, `${CATEGORIES}?muc=1`, FAULTS, `${FAULTS}?muc=da-xu-ly`]) {
      await mai.goto(address);
      await expect(roomContent(mai)).toBeVisible();
      for (const part of await roomParts(mai).all()) await part.click();
      await audit(mai);
    }
  }
});

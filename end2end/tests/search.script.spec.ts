// What script adds to searching: the answer while one types.
import { mainArticle } from "../data.ts";
import { audit, expect, test } from "../fixtures.ts";
import { SEARCH, search } from "../pages/search.ts";
import { waitUntilLive } from "../pages/site.ts";

test("a search is answered while it is typed, and Back leads to where one came from", async ({ page }) => {
  await page.goto(mainArticle().path);
  await waitUntilLive(page);
  await page.getByRole("banner").getByRole("link", { name: "Tìm", exact: true }).click();
  await expect(search(page).field).toBeVisible();
  await search(page).field.pressSequentially("cup nuoc");
  await expect(search(page).results.first()).toContainText("cúp nước");
  await expect(page).toHaveURL(/\?q=cup\+nuoc$/);
  await expect(search(page).field).toBeFocused();
  await search(page).field.fill("tiêm chugn");
  await expect(search(page).answer).toContainText("Không có kết quả cho “tiêm chugn”");
  await page.goBack();
  await expect(page).toHaveURL(new RegExp(`${mainArticle().path}$`));
});

test("a word that a keyboard composes is searched for when it is there", async ({ page }) => {
  await page.goto(SEARCH);
  await search(page).field.click();
  const client = await page.context().newCDPSession(page);
  await client.send("Input.imeSetComposition", { text: "nuo", selectionStart: 3, selectionEnd: 3 });
  await client.send("Input.imeSetComposition", { text: "nước", selectionStart: 4, selectionEnd: 4 });
  await client.send("Input.insertText", { text: "nước" });
  await expect(search(page).results.first()).toContainText("nước");
  await expect(search(page).field).toHaveValue("nước");
});

test("the page of a search has no barriers, in light and dark", async ({ page }) => {
  for (const address of [SEARCH, `${SEARCH}?q=nuoc`, `${SEARCH}?q=zzzzzz`, `${SEARCH}?q=lich&trong=y-kien`]) {
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(address);
      await audit(page);
    }
  }
});

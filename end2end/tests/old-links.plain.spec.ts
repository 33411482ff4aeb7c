// A link of the old site, as somebody sent it years ago, opens the article on a phone.
import { importOldSite } from "../data.ts";
import { expect, test } from "../fixtures.ts";
import { site } from "../pages/site.ts";

test("an old link from a chat opens the article", async ({ page, expectStatus }) => {
  const { title, lead, name, comment } = importOldSite();
  for (const address of [
    "/vi/news/tin-tuc/duong-hem-12-7001.html?fbclid=IwAR0abc&zarsrc=1303",
    "/index.php?language=vi&nv=news&op=tin-tuc/duong-hem-12-7001",
    "/TIN-TUC/%C4%90%C6%B0%E1%BB%9Dng-h%E1%BA%BBm-7001.html",
  ]) {
    await page.goto(address);
    await expect(site(page).heading).toHaveText(title);
    expect(new URL(page.url()).pathname).toMatch(/^\/tin-tuc\/duong-hem-12-\d+$/);
  }
  await expect(page.getByText(lead)).toBeVisible();
  await expect(page.getByText(comment)).toBeVisible();
  await expect(page.getByText(name)).toBeVisible();
  // one that was never an article of the old site leads nowhere
  expectStatus(404);
  const missing = await page.goto("/vi/news/tin-tuc/khong-co-7999.html");
  expect(missing?.status()).toBe(404);
});

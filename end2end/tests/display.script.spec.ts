// How readers choose size, contrast and width of text, share an article, and print it.
import { mainArticle } from "../data.ts";
import { audit, expect, test } from "../fixtures.ts";
import { site, waitUntilLive } from "../pages/site.ts";
import { onFrontPage } from "../pages/front.ts";
import { onArticle } from "../pages/article.ts";
import { comments } from "../pages/comments.ts";

test("the size, contrast and width that a reader chooses stay, also on the next page, and nothing flickers", async ({ page }) => {
  await page.goto(mainArticle().path);
  await waitUntilLive(page);
  const size = () => page.evaluate(() => getComputedStyle(document.documentElement).fontSize);
  await page.getByText("Cỡ chữ", { exact: true }).click();
  for (let n = 0; n < 7; n++) await page.getByRole("button", { name: "Chữ to hơn" }).click();
  expect(await size(), "200 % at most").toBe("32px");
  await page.getByRole("button", { name: "Chữ nhỏ hơn" }).click();
  expect(await size()).toBe("28px");
  await page.getByRole("button", { name: "Tương phản cao" }).click();
  await page.getByRole("button", { name: "Dòng chữ ngắn" }).click();
  await expect(page.getByRole("button", { name: "Dòng chữ ngắn" })).toHaveAttribute("aria-pressed", "true");
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(await background()).toBe("rgb(255, 255, 255)");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Chữ to hơn" })).toBeHidden();
  // the next page has it before its first paint
  await page.addInitScript(() => {
    new PerformanceObserver((list) => {
      const shifts = list.getEntries() as (PerformanceEntry & { value: number })[];
      Object.assign(window, { shift: ((window as { shift?: number }).shift ?? 0) + shifts.reduce((sum, { value }) => sum + value, 0) });
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto("/");
  expect(await size()).toBe("28px");
  await expect(onFrontPage(page).articles.first()).toBeVisible();
  expect(await page.evaluate(() => (window as { shift?: number }).shift ?? 0)).toBeLessThan(0.02);
  await page.getByText("Cỡ chữ", { exact: true }).click();
  await page.getByRole("button", { name: "Cỡ chữ thường" }).click();
  await page.getByRole("button", { name: "Tương phản cao" }).click();
  expect(await size()).toBe("16px");
  expect(await background()).not.toBe("rgb(255, 255, 255)");
});

test("pages in high contrast and at twice the size have no barriers, in light and dark", async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem("loa-hien-thi", "200 contrast"));
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const address of ["/", mainArticle().path, "/tim-kiem?q=nuoc", "/muc-luc", "/kha-nang-tiep-can", "/thong-ke", "/van-ban", "/lich", "/trang/to-chuc-va-lien-he"]) {
      await page.goto(address);
      await audit(page);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, `${address} moves sideways`).toBeLessThanOrEqual(0);
    }
  }
});

test("an article is shared by its address, and printed with a code that leads back to it", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(mainArticle().path);
  await waitUntilLive(page);
  await page.getByRole("button", { name: "Chép địa chỉ" }).click();
  await expect(page.getByText("Đã chép địa chỉ.")).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(new URL(copied).pathname).toBe(mainArticle().path);
  const facebook = await page.getByRole("link", { name: "Facebook" }).getAttribute("href");
  expect(new URL(facebook!).searchParams.get("u")).toBe(copied);
  const code = page.waitForResponse((response) => new URL(response.url()).pathname.startsWith("/ma-qr/"));
  await page.emulateMedia({ media: "print" });
  await site(page).printedCode.scrollIntoViewIfNeeded();
  expect((await code).headers()["content-type"]).toBe("image/svg+xml");
  await expect(site(page).printFoot).toContainText(mainArticle().path);
  for (const hidden of [site(page).headerTools, onArticle(page).share, comments(page).section]) await expect(hidden.first()).toBeHidden();
});

import type { Locator } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { makeArticle } from "../data.ts";
import { visits } from "../state.ts";
import { site } from "../pages/site.ts";
import { onArticle } from "../pages/article.ts";
import { statistics } from "../pages/statistics.ts";

// an unused user agent, because the visitor of the tests before has reached the limit of counted pages a minute
test.use({ userAgent: `A separate phone ${Date.now()}` });

test("a visit is counted without script or cookies and is shown within twenty seconds", async ({ page, context }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await expect(statistics(page).footerHeading).toBeVisible();
  await expect(onArticle(page).views(183)).toBeVisible();
  await expect.poll(async () => (await page.reload(), onArticle(page).views(184).count()), { timeout: 20_000 }).toBe(1);
  await expect(statistics(page).figure("Đang truy cập")).not.toHaveText("0");
  const total = visits(0) + 194104;
  await expect(statistics(page).figure("Tổng lượt truy cập")).toHaveText(total.toLocaleString("en-US"));
  expect(await context.cookies()).toEqual([]);
  // reloads are not further views
  await expect.poll(() => visits(article.id)).toBe(1);
});

test("bots and prefetches are not counted", async ({ request, page }) => {
  const article = makeArticle();
  for (const headers of [
    { "user-agent": "facebookexternalhit/1.1" },
    { "user-agent": "Googlebot/2.1" },
    { "user-agent": "curl/8" },
    { "sec-purpose": "prefetch;prerender", "user-agent": "A separate phone" },
  ] as Record<string, string>[]) {
    expect((await request.get(article.path, { headers })).status()).toBe(200);
  }
  expect((await request.head(article.path, { headers: { "user-agent": "Another phone" } })).status()).toBe(200);
  // visits are counted in order, so the others would be counted by the time this one is
  const after = makeArticle();
  await page.goto(after.path);
  await expect.poll(() => visits(after.id), { timeout: 10_000 }).toBe(1);
  expect(visits(article.id)).toBe(0);
});

test("the history is shown as labelled charts and as tables of days and months", async ({ page }) => {
  await page.goto("/");
  await statistics(page).history.click();
  await expect(site(page).heading).toHaveText("Thống kê truy cập");
  await expect(statistics(page).charts).toHaveCount(6);
  for (const [index, chart] of (await statistics(page).charts.all()).entries()) {
    const each = index < 3 ? "ngày" : "tháng";
    const name = new RegExp(`từng ${each}: tổng [\\d,]+, cao nhất [\\d,]+ trong một ${each}`);
    await expect(chart).toHaveAccessibleName(name);
  }
  const top = async (part: Locator) => (await part.boundingBox())!.y;
  expect(await top(statistics(page).mostRead), "what is read most stands first").toBeLessThan(
    await top(statistics(page).charts.first()),
  );
  await expect(statistics(page).days, "a table is opened by whoever wants it").toHaveCount(0);
  await statistics(page).open("Số liệu từng ngày");
  await statistics(page).open("Số liệu từng tháng");
  await expect(statistics(page).days).toHaveCount(30);
  await expect(statistics(page).months).toHaveCount(12);
  await expect(statistics(page).mostRead).toBeVisible();
  await expect(statistics(page).sharedAddressNote).toBeVisible();
});

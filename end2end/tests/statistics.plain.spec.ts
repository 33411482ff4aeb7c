import { expect, test } from "../fixtures.ts";
import { makeArticle } from "../data.ts";
import { visits } from "../state.ts";

// a visitor of its own: tests before this one have opened more pages a minute than count
test.use({ userAgent: `A phone of its own ${Date.now()}` });

const figure = (label: string) => `.figures div:has(dt:text-is("${label}")) dd`;

test("a visit is counted without script and without a cookie, and shows within ten seconds", async ({
  page,
  context,
}) => {
  const article = makeArticle();
  await page.goto(article.path);
  await expect(page.getByRole("heading", { name: "Thống kê truy cập" })).toBeVisible();
  await expect(page.getByText("183 lượt xem")).toBeVisible();
  await expect
    .poll(async () => (await page.reload(), page.getByText("184 lượt xem").count()), { timeout: 10_000 })
    .toBe(1);
  await expect(page.locator(figure("Đang truy cập"))).not.toHaveText("0");
  const ever = visits(0) + 194104;
  await expect(page.locator(figure("Tổng lượt truy cập"))).toHaveText(ever.toLocaleString("en-US"));
  expect(await context.cookies()).toEqual([]);
  // the reloads were no new views
  await expect.poll(() => visits(article.id)).toBe(1);
});

test("programs and what a browser fetches ahead do not count", async ({ request, page }) => {
  const article = makeArticle();
  for (const headers of [
    { "user-agent": "facebookexternalhit/1.1" },
    { "user-agent": "Googlebot/2.1" },
    { "user-agent": "curl/8" },
    { "sec-purpose": "prefetch;prerender", "user-agent": "A phone of its own" },
  ] as Record<string, string>[]) {
    expect((await request.get(article.path, { headers })).status()).toBe(200);
  }
  expect((await request.head(article.path, { headers: { "user-agent": "Another phone" } })).status()).toBe(200);
  // counted after them: when it has arrived, so would they have
  const after = makeArticle();
  await page.goto(after.path);
  await expect.poll(() => visits(after.id), { timeout: 10_000 }).toBe(1);
  expect(visits(article.id)).toBe(0);
});

test("the history is there as charts with titles and as tables with the same figures", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Xem thống kê" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Thống kê truy cập");
  await expect(page.locator("svg[role=img]")).toHaveCount(3);
  for (const chart of await page.locator("svg[role=img]").all())
    await expect(chart).toHaveAccessibleName(/từng ngày: tổng [\d,]+, cao nhất [\d,]+ trong một ngày/);
  await expect(page.getByRole("table", { name: "Số liệu từng ngày" }).locator("tbody tr")).toHaveCount(30);
  await expect(page.getByRole("table", { name: "Số liệu từng tháng" }).locator("tbody tr")).toHaveCount(12);
  await expect(page.getByRole("heading", { name: "Đọc nhiều trong 30 ngày" })).toBeVisible();
  await expect(page.getByText("dùng chung một địa chỉ của nhà mạng được tính là một người")).toBeVisible();
});

import { audit, expect, test } from "../fixtures.ts";
import { makeArticle } from "../data.ts";
import { visitsOfAllDays } from "../state.ts";
import { waitUntilLive } from "../pages/site.ts";
import { onArticle } from "../pages/article.ts";
import { statistics } from "../pages/statistics.ts";

// an unused user agent, because the visitor of the tests before has reached the limit of counted pages a minute
test.use({ userAgent: `A separate phone ${Date.now()}` });

test("the figures on an open page update live and can be frozen", async ({ page, request }) => {
  await page.goto("/");
  const count = async () => Number((await statistics(page).visitsToday.innerText()).replaceAll(",", ""));
  const visit = (phone: string) =>
    request.get("/", { headers: { "user-agent": `A phone called ${phone} ${Date.now()}` } });
  const freeze = statistics(page).freeze;
  await expect(freeze).toBeVisible();
  const before = await count();
  await visit("one");
  await expect.poll(count, { timeout: 10_000 }).toBeGreaterThan(before);
  await freeze.click();
  await expect(freeze).toHaveAttribute("aria-pressed", "true");
  const frozen = await count();
  const stored = visitsOfAllDays();
  await visit("two");
  await expect.poll(visitsOfAllDays, { timeout: 10_000 }).toBeGreaterThan(stored);
  expect(await count()).toBe(frozen);
  await freeze.click();
  await visit("three");
  await expect.poll(count, { timeout: 10_000 }).toBeGreaterThan(frozen + 1);
});

test("an article opened by client-side navigation is counted, and its view count updates live", async ({ page }) => {
  const article = makeArticle();
  await page.goto("/thong-ke");
  await audit(page);
  await page.evaluate(
    (path) =>
      document
        .querySelector("main")!
        .append(Object.assign(document.createElement("a"), { href: path, textContent: "đến bài thử" })),
    article.path,
  );
  await page.getByRole("link", { name: "đến bài thử" }).click();
  await expect(onArticle(page).views(183)).toBeVisible();
  await waitUntilLive(page);
  await expect(onArticle(page).views(184)).toBeVisible({ timeout: 10_000 });
});

import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { MAIN_TITLE, addComments, addVotes, makeArticle } from "../data.ts";
import { alive, onArticle, pauseButton, resumeButton } from "../pages/article.ts";
import { launch } from "../server.ts";

async function twelve(page: Page, path: string): Promise<{ tabs: Page[]; streams: () => number }> {
  let open = 0;
  page.context().on("request", (request) => (open += Number(request.url().includes("/truc-tiep"))));
  page.context().on("requestfinished", (request) => (open -= Number(request.url().includes("/truc-tiep"))));
  page.context().on("requestfailed", (request) => (open -= Number(request.url().includes("/truc-tiep"))));
  const tabs = [page];
  while (tabs.length < 12) tabs.push(await page.context().newPage());
  for (const tab of tabs) {
    await tab.goto(path);
    await alive(tab);
  }
  return { tabs, streams: () => open };
}

for (const locks of [true, false]) {
  test(`twelve tabs of one browser are all live ${locks ? "with Web Locks" : "without Web Locks, as on plain http"}`, async ({
    page,
  }) => {
    test.setTimeout(90_000);
    if (!locks)
      await page
        .context()
        .addInitScript(() => Object.defineProperty(Navigator.prototype, "locks", { value: undefined }));
    const article = makeArticle([], { points: 0, ratings: 0 });
    const { tabs, streams } = await twelve(page, article.path);
    expect(streams()).toBe(1);
    addVotes(article.id, [5]);
    for (const tab of tabs) await expect(onArticle(tab).scoreLine).toHaveText("Xếp hạng: 5.0 - 1 phiếu bầu");
    // the tab that holds the stream closes: another takes over
    await tabs.shift()!.close();
    addVotes(article.id, [1]);
    for (const tab of tabs)
      await expect(onArticle(tab).scoreLine).toHaveText("Xếp hạng: 3.0 - 2 phiếu bầu", { timeout: 15_000 });
    for (const tab of tabs) await alive(tab);
  });
}

test("the stream carries what the open page needs, and closes while nobody can see it", async ({ page }) => {
  const streams: string[] = [];
  let open = 0;
  page.on("request", (request) => request.url().includes("/truc-tiep") && (streams.push(request.url()), open++));
  page.on("requestfailed", (request) => (open -= Number(request.url().includes("/truc-tiep"))));
  page.on("requestfinished", (request) => (open -= Number(request.url().includes("/truc-tiep"))));
  const article = makeArticle();
  await page.goto(article.path);
  await alive(page);
  expect(streams[0]).toContain(`chu-de=bai-${article.id}`);
  await page.getByRole("link", { name: /Trang thông tin/ }).click();
  await expect(page.getByRole("heading", { name: "Tin mới" })).toBeVisible();
  await expect.poll(() => streams.at(-1)).toMatch(/chu-de=so-lieu$/);
  const show = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    }, hidden);
  await expect.poll(() => open).toBe(1);
  await show(true);
  await expect.poll(() => open).toBe(0);
  await show(false);
  await expect.poll(() => open).toBe(1);
});

test("a lost connection is said, and heals by itself when the program is back", async ({ page, expectStatus }) => {
  test.setTimeout(90_000);
  expectStatus(0);
  const program = await launch();
  try {
    await page.goto(program.base);
    await page.getByRole("link", { name: MAIN_TITLE }).click();
    await alive(page);
    await program.kill();
    await expect(page.getByText("Mất kết nối, đang thử lại")).toBeVisible();
    await onArticle(page).star(5).click();
    await expect(page.getByRole("alert").filter({ hasText: "Không kết nối được" })).toBeVisible();
    // what happens while nobody listens is in the snapshot that the stream begins with
    const article = Number(/-(\d+)$/.exec(new URL(page.url()).pathname)![1]);
    await program.again();
    addVotes(article, [5], program.environment);
    await alive(page);
    await pauseButton(page).click();
    await resumeButton(page).click();
    await expect(onArticle(page).scoreLine).toHaveText("Xếp hạng: 4.7 - 27 phiếu bầu");
    await onArticle(page).star(5).click();
    await expect(onArticle(page).totals(132, 28)).toBeVisible();
  } finally {
    await program.remove();
  }
});

test("two hundred times reconnected: nothing is lost and nothing is doubled", async ({ page }) => {
  test.setTimeout(120_000);
  const article = makeArticle([], { points: 0, ratings: 0 });
  await page.goto(article.path);
  await alive(page);
  const blink = () =>
    page.evaluate(() => {
      for (const hidden of [true, false]) {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
        document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
      }
    });
  let streams = 0;
  page.on("request", (request) => (streams += Number(request.url().includes("/truc-tiep"))));
  for (let n = 0; n < 200; n++) {
    await blink();
    if (n % 20 === 0) {
      addVotes(article.id, [((n / 20) % 5) + 1]);
      addComments(article.id, [{ body: `Ý kiến lúc nối lại lần ${n}.` }]);
    }
  }
  await expect.poll(() => streams).toBeGreaterThanOrEqual(200);
  await expect(onArticle(page).scoreLine).toHaveText("Xếp hạng: 3.0 - 10 phiếu bầu");
  await onArticle(page).showNew(10).click();
  await expect(onArticle(page).comments).toHaveCount(10);
  await expect(page.getByRole("button", { name: /ý kiến mới/ })).toBeHidden();
  await alive(page);
});

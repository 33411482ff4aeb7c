import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { MAIN_TITLE, addComments, addVotes, makeArticle } from "../data.ts";
import { launch } from "../server.ts";
import { site, waitUntilLive } from "../pages/site.ts";
import { onFrontPage } from "../pages/front.ts";
import { onArticle } from "../pages/article.ts";
import { comments } from "../pages/comments.ts";

/** Opens a page in twelve tabs of one browser and counts their open streams. */
async function openTwelveTabs(page: Page, path: string): Promise<{ tabs: Page[]; streams: () => number }> {
  let open = 0;
  page.context().on("request", (request) => (open += Number(request.url().includes("/truc-tiep"))));
  page.context().on("requestfinished", (request) => (open -= Number(request.url().includes("/truc-tiep"))));
  page.context().on("requestfailed", (request) => (open -= Number(request.url().includes("/truc-tiep"))));
  const tabs = [page];
  while (tabs.length < 12) tabs.push(await page.context().newPage());
  for (const tab of tabs) {
    await tab.goto(path);
    await waitUntilLive(tab);
  }
  return { tabs, streams: () => open };
}

for (const locks of [true, false]) {
  test(`twelve tabs of one browser share one stream ${locks ? "with Web Locks" : "without Web Locks, as on plain http"}`, async ({
    page,
  }) => {
    test.setTimeout(90_000);
    if (!locks)
      await page
        .context()
        .addInitScript(() => Object.defineProperty(Navigator.prototype, "locks", { value: undefined }));
    const article = makeArticle([], { points: 0, ratings: 0 });
    const { tabs, streams } = await openTwelveTabs(page, article.path);
    expect(streams()).toBe(1);
    addVotes(article.id, [5]);
    for (const tab of tabs) await expect(onArticle(tab).scoreLine).toHaveText("Xếp hạng: 5.0 - 1 phiếu bầu");
    // another tab becomes the leader when the leading one is closed
    await tabs.shift()!.close();
    addVotes(article.id, [1]);
    for (const tab of tabs)
      await expect(onArticle(tab).scoreLine).toHaveText("Xếp hạng: 3.0 - 2 phiếu bầu", { timeout: 15_000 });
    for (const tab of tabs) await waitUntilLive(tab);
  });
}

test("the stream follows the topics of the open page and closes while the page is hidden", async ({ page }) => {
  const streams: string[] = [];
  let open = 0;
  page.on("request", (request) => request.url().includes("/truc-tiep") && (streams.push(request.url()), open++));
  page.on("requestfailed", (request) => (open -= Number(request.url().includes("/truc-tiep"))));
  page.on("requestfinished", (request) => (open -= Number(request.url().includes("/truc-tiep"))));
  const article = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  expect(streams[0]).toContain(`chu-de=bai-${article.id}`);
  await site(page).homeLink.click();
  await expect(onFrontPage(page).heading).toBeVisible();
  await expect.poll(() => streams.at(-1)).toMatch(/chu-de=so-lieu$/);
  const setHidden = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    }, hidden);
  await expect.poll(() => open).toBe(1);
  await setHidden(true);
  await expect.poll(() => open).toBe(0);
  await setHidden(false);
  await expect.poll(() => open).toBe(1);
});

test("a lost connection is reported, and live updates continue after the program restarts", async ({
  page,
  expectStatus,
}) => {
  test.setTimeout(90_000);
  expectStatus(0);
  const program = await launch();
  try {
    await page.goto(program.base);
    await onFrontPage(page).articleLink(MAIN_TITLE).click();
    await waitUntilLive(page);
    await program.kill();
    await expect(site(page).reconnecting).toBeVisible();
    await onArticle(page).star(5).click();
    await expect(site(page).alertWith("Không kết nối được")).toBeVisible();
    // changes during the outage are part of the state with which the new stream begins
    const article = Number(/-(\d+)$/.exec(new URL(page.url()).pathname)![1]);
    await program.start();
    addVotes(article, [5], program.environment);
    await waitUntilLive(page);
    await site(page).pause.click();
    await site(page).resume.click();
    await expect(onArticle(page).scoreLine).toHaveText("Xếp hạng: 4.7 - 27 phiếu bầu");
    await onArticle(page).star(5).click();
    await expect(onArticle(page).totals(132, 28)).toBeVisible();
  } finally {
    await program.remove();
  }
});

test("after two hundred reconnections no update is missing or duplicated", async ({ page }) => {
  test.setTimeout(120_000);
  const article = makeArticle([], { points: 0, ratings: 0 });
  await page.goto(article.path);
  await waitUntilLive(page);
  const reconnect = () =>
    page.evaluate(() => {
      for (const hidden of [true, false]) {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
        document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
      }
    });
  let streams = 0;
  page.on("request", (request) => (streams += Number(request.url().includes("/truc-tiep"))));
  for (let n = 0; n < 200; n++) {
    await reconnect();
    if (n % 20 === 0) {
      addVotes(article.id, [((n / 20) % 5) + 1]);
      addComments(article.id, [{ body: `Ý kiến lúc nối lại lần ${n}.` }]);
    }
  }
  await expect.poll(() => streams).toBeGreaterThanOrEqual(200);
  await expect(onArticle(page).scoreLine).toHaveText("Xếp hạng: 3.0 - 10 phiếu bầu");
  await comments(page).showNew(10).click();
  await expect(comments(page).all).toHaveCount(10);
  await expect(comments(page).newCommentsNotice).toBeHidden();
  await waitUntilLive(page);
});

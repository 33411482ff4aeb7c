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
  await expect.poll(() => streams.at(-1)).toMatch(/chu-de=so-lieu,thong-bao,tin-moi$/);
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
    // a stream that has not begun yet is given eight seconds
    await expect(site(page).reconnecting).toBeVisible({ timeout: 20_000 });
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

/** Counts the streams that pages of this browser have open, and those that they ever opened. */
function countStreams(page: Page): { open: () => number; opened: () => number } {
  let open = 0;
  let opened = 0;
  page.on("request", (request) => {
    if (!request.url().includes("/truc-tiep")) return;
    open += 1;
    opened += 1;
  });
  page.on("requestfinished", (request) => (open -= Number(request.url().includes("/truc-tiep"))));
  page.on("requestfailed", (request) => (open -= Number(request.url().includes("/truc-tiep"))));
  return { open: () => open, opened: () => opened };
}

test("while the server fails, an open page tries again ever more slowly", async ({ page, expectStatus }) => {
  expectStatus(502);
  await page.clock.install();
  await page.route("**/truc-tiep*", (route) => route.fulfill({ status: 502 }));
  const streams = countStreams(page);
  await page.goto(makeArticle().path);
  await expect(site(page).reconnecting).toBeVisible();
  // pauses of 2, 4, 8, 16 and 32 seconds, each a quarter shorter or longer
  for (let second = 0; second < 60; second += 1) {
    await page.clock.runFor(1_000);
    await expect.poll(streams.open).toBe(0);
  }
  expect(streams.opened()).toBeGreaterThanOrEqual(4);
  expect(streams.opened()).toBeLessThanOrEqual(7);
  await page.unroute("**/truc-tiep*");
  // the longest pause is a minute, and a quarter more
  for (let second = 0; second < 80 && streams.open() === 0; second += 1) await page.clock.runFor(1_000);
  await waitUntilLive(page);
});

test("being offline is said at once, and being online again is used at once", async ({ page, expectStatus }) => {
  expectStatus(0);
  await page.goto(makeArticle().path);
  await waitUntilLive(page);
  await page.context().setOffline(true);
  await expect(site(page).reconnecting).toBeVisible();
  await page.context().setOffline(false);
  await waitUntilLive(page);
});

for (const locks of [true, false]) {
  test(`a tab that leads and falls silent is replaced ${locks ? "with Web Locks" : "without Web Locks"}`, async ({
    page: leader,
  }) => {
    const context = leader.context();
    if (!locks)
      await context.addInitScript(() => Object.defineProperty(Navigator.prototype, "locks", { value: undefined }));
    const article = makeArticle([], { points: 0, ratings: 0 });
    const leading = countStreams(leader);
    await leader.goto(article.path);
    await waitUntilLive(leader);
    const follower = await context.newPage();
    await follower.clock.install();
    const following = countStreams(follower);
    await follower.goto(article.path);
    await waitUntilLive(follower);
    expect([leading.open(), following.open()]).toEqual([1, 0]);
    const devtools = await context.newCDPSession(leader);
    await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
    await follower.clock.runFor(30_000);
    await expect.poll(following.open).toBe(1);
    await waitUntilLive(follower);
    addVotes(article.id, [5]);
    await expect(onArticle(follower).scoreLine).toHaveText("Xếp hạng: 5.0 - 1 phiếu bầu");
    // the old leader gives its stream up as soon as it wakes, and follows
    await devtools.send("Page.setWebLifecycleState", { state: "active" });
    await expect.poll(leading.open).toBe(0);
    await expect(onArticle(leader).scoreLine).toHaveText("Xếp hạng: 5.0 - 1 phiếu bầu");
    expect(following.open()).toBe(1);
  });
}

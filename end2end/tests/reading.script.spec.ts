import { audit, expect, test } from "../fixtures.ts";
import { MAIN_TITLE, mainArticle, makeArticle } from "../data.ts";
import { site, waitUntilLive } from "../pages/site.ts";
import { onFrontPage } from "../pages/front.ts";
import { onArticle } from "../pages/article.ts";
import { comments } from "../pages/comments.ts";
import { statistics } from "../pages/statistics.ts";

test("the main article shows everything that was migrated from the old site", async ({ page }) => {
  const article = mainArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  await expect(site(page).heading).toHaveText(MAIN_TITLE);
  await expect(onArticle(page).date("Thứ tư - 12/07/2023 11:46")).toBeVisible();
  // 183 were migrated, and the visits of all tests count as one
  await expect(onArticle(page).views(183, 184)).toBeVisible();
  await expect(comments(page).count(0)).toBeVisible();
  await expect(onArticle(page).author("Quỳnh Yên")).toBeVisible();
  await expect(onArticle(page).totals(122, 26)).toBeVisible();
  await expect(onArticle(page).score("4.7", 26)).toBeVisible();
  await expect(onArticle(page).paragraphs).toHaveCount(6);
  const picture = onArticle(page).picture;
  await expect(picture).toHaveJSProperty("complete", true);
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(300);
  expect(await picture.evaluate((image: HTMLImageElement) => image.currentSrc)).toContain(".webp");
  await expect(onArticle(page).caption).toHaveText(MAIN_TITLE);
  expect(await picture.getAttribute("alt")).not.toBe(MAIN_TITLE);
});

test("links navigate without a page load, and going back restores the scroll position", async ({ page }) => {
  let loads = 0;
  page.on("request", (request) => (loads += Number(request.isNavigationRequest())));
  await page.goto("/");
  const link = onFrontPage(page).articleLink(MAIN_TITLE);
  await page.waitForFunction(
    () =>
      document.querySelector("main")?.isConnected &&
      performance.getEntriesByType("resource").some(({ name }) => name.endsWith(".wasm")),
  );
  await link.evaluate((element) => element.scrollIntoView({ block: "center", behavior: "instant" }));
  const position = await page.evaluate(() => scrollY);
  expect(position).toBeGreaterThan(100);
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  await link.click();
  await expect(site(page).heading).toHaveText(MAIN_TITLE);
  await expect(page).toHaveTitle(new RegExp(MAIN_TITLE));
  expect(await page.evaluate(() => scrollY)).toBe(0);
  await expect(site(page).main).toBeFocused();
  await page.goBack();
  await expect(site(page).heading).toHaveText("Tin mới");
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(position);
  await page.goForward();
  await expect(site(page).heading).toHaveText(MAIN_TITLE);
  expect(await page.evaluate(() => "sameDocument" in window), "the document was never replaced").toBe(true);
  expect(loads).toBe(1);
});

test("coming back from another site restores a page that works", async ({ page }) => {
  const article = mainArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  await comments(page).body.fill("Viết dở rồi đi xem trang khác.");
  await page.goto("about:blank");
  await page.goBack();
  await waitUntilLive(page);
  await site(page).homeLink.click();
  await expect(site(page).heading).toHaveText("Tin mới");
  await page.goBack();
  await waitUntilLive(page);
  await expect(site(page).heading).toHaveText(MAIN_TITLE);
});

test("a link with an outdated slug leads to the current address in client-side navigation", async ({ page }) => {
  const article = makeArticle();
  await page.goto("/quyen-rieng-tu");
  await page.evaluate((id) => {
    const link = Object.assign(document.createElement("a"), { href: `/tin-tuc/ten-cu-${id}`, textContent: "tên cũ" });
    document.querySelector("main")!.append(link);
  }, article.id);
  await page.getByRole("link", { name: "tên cũ" }).click();
  await expect(page).toHaveURL(article.path);
  await expect(site(page).heading).toHaveText(article.title);
});

test("public pages pass the accessibility audit in light and dark mode", async ({ page, expectStatus }) => {
  expectStatus(404);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const path of [
      "/",
      mainArticle().path,
      makeArticle([{ body: "Ý kiến có mười ký tự." }]).path,
      "/quyen-rieng-tu",
      "/khong-co",
      "/quan-tri",
    ]) {
      await page.goto(path);
      await expect(site(page).heading).toBeVisible();
      await audit(page);
    }
  }
});

test("pages load without layout shifts and without horizontal scrolling on a small phone", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.addInitScript(() => {
    Object.assign(window, { shifts: 0 });
    new PerformanceObserver((list) =>
      list.getEntries().forEach((entry) => ((window as any).shifts += (entry as any).value)),
    ).observe({ type: "layout-shift", buffered: true });
  });
  for (const path of ["/", mainArticle().path]) {
    await page.goto(path);
    if (path !== "/") await waitUntilLive(page);
    expect(await page.evaluate(() => (window as any).shifts)).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  }
});

test("who saves data gets the program with the first touch", async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, "connection", { value: { saveData: true } }));
  const article = makeArticle();
  const program: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith(".wasm")) program.push(request.url());
  });
  await page.clock.install();
  await page.goto(article.path);
  await page.clock.fastForward(60_000);
  expect(program).toEqual([]);
  await site(page).heading.click();
  await waitUntilLive(page);
  expect(program).toHaveLength(1);
});

test("controls are at least 44 pixels wide and high", async ({ page }) => {
  await page.goto(mainArticle().path);
  await waitUntilLive(page);
  for (const target of await site(page).touchTargets.all()) {
    const box = (await target.boundingBox())!;
    expect(box.height, await target.innerText()).toBeGreaterThanOrEqual(44);
    expect(box.width).toBeGreaterThanOrEqual(44);
  }
});

test("a page of an outdated build reloads once and then offers a reload link", async ({ page }) => {
  const article = mainArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  let requests = 0;
  await page.route(
    (url) => url.pathname === "/api/page" && url.searchParams.get("path") === "/",
    async (route) => {
      requests += 1;
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), "x-build": "another" } });
    },
  );
  const reload = page.waitForEvent("load");
  await site(page).homeLink.click();
  await reload;
  // the reload loaded the front page itself, so no further request is made
  await expect(onFrontPage(page).heading).toBeVisible();
  await expect(statistics(page).freeze).toBeVisible();
  await onFrontPage(page).articleLinks.nth(1).click();
  await waitUntilLive(page);
  await site(page).homeLink.click();
  // a second reload within a short time is left to the reader
  await expect(site(page).reloadLink).toBeVisible();
  expect(requests).toBe(2);
});

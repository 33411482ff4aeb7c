import { audit, expect, test } from "../fixtures.ts";
import { MAIN_TITLE, mainArticle, makeArticle } from "../data.ts";
import { alive, onArticle } from "../pages/article.ts";

test("the main article has everything the old site carried over", async ({ page }) => {
  const article = mainArticle();
  await page.goto(article.path);
  await alive(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(MAIN_TITLE);
  await expect(page.getByText("Thứ tư - 12/07/2023 11:46")).toBeVisible();
  // 183 were carried over, and this visit and those of other tests are one
  await expect(page.getByText(/^18[34] lượt xem$/)).toBeVisible();
  await expect(onArticle(page).count(0)).toBeVisible();
  await expect(page.getByText("Tác giả bài viết: Quỳnh Yên")).toBeVisible();
  await expect(onArticle(page).totals(122, 26)).toBeVisible();
  await expect(page.getByText("Xếp hạng: 4.7 - 26 phiếu bầu").first()).toBeVisible();
  await expect(page.locator(".prose > p")).toHaveCount(6);
  const picture = page.locator("figure img");
  await expect(picture).toHaveJSProperty("complete", true);
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(300);
  expect(await picture.evaluate((image: HTMLImageElement) => image.currentSrc)).toContain(".webp");
  await expect(page.locator("figcaption")).toHaveText(MAIN_TITLE);
  expect(await picture.getAttribute("alt")).not.toBe(MAIN_TITLE);
});

test("links are followed without loading a page anew, and back finds the place", async ({ page }) => {
  let loads = 0;
  page.on("request", (request) => (loads += Number(request.isNavigationRequest())));
  await page.goto("/");
  const link = page.getByRole("link", { name: MAIN_TITLE });
  await page.waitForFunction(
    () =>
      document.querySelector("main")?.isConnected &&
      performance.getEntriesByType("resource").some(({ name }) => name.endsWith(".wasm")),
  );
  await link.evaluate((element) => element.scrollIntoView({ block: "center", behavior: "instant" }));
  const place = await page.evaluate(() => scrollY);
  expect(place).toBeGreaterThan(100);
  await page.evaluate(() => Object.assign(window, { kept: true }));
  await link.click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(MAIN_TITLE);
  await expect(page).toHaveTitle(new RegExp(MAIN_TITLE));
  expect(await page.evaluate(() => scrollY)).toBe(0);
  await expect(page.locator("main")).toBeFocused();
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tin mới");
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(place);
  await page.goForward();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(MAIN_TITLE);
  expect(await page.evaluate(() => "kept" in window), "one document all the way").toBe(true);
  expect(loads).toBe(1);
});

test("leaving for another site and coming back finds a living page", async ({ page }) => {
  const article = mainArticle();
  await page.goto(article.path);
  await alive(page);
  await onArticle(page).body.fill("Viết dở rồi đi xem trang khác.");
  await page.goto("about:blank");
  await page.goBack();
  await alive(page);
  await page.getByRole("link", { name: /Trang thông tin/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tin mới");
  await page.goBack();
  await alive(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(MAIN_TITLE);
});

test("another slug leads to the article's own address, inside the app too", async ({ page }) => {
  const article = makeArticle();
  await page.goto("/quyen-rieng-tu");
  await page.evaluate((id) => {
    const link = Object.assign(document.createElement("a"), { href: `/tin-tuc/ten-cu-${id}`, textContent: "tên cũ" });
    document.querySelector("main")!.append(link);
  }, article.id);
  await page.getByRole("link", { name: "tên cũ" }).click();
  await expect(page).toHaveURL(article.path);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(article.title);
});

test("no page has a barrier, light or dark", async ({ page, expectStatus }) => {
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
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await audit(page);
    }
  }
});

test("nothing moves while a page comes alive, and nothing is wider than a small phone", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.addInitScript(() => {
    Object.assign(window, { shifts: 0 });
    new PerformanceObserver((list) =>
      list.getEntries().forEach((entry) => ((window as any).shifts += (entry as any).value)),
    ).observe({ type: "layout-shift", buffered: true });
  });
  for (const path of ["/", mainArticle().path]) {
    await page.goto(path);
    if (path !== "/") await alive(page);
    expect(await page.evaluate(() => (window as any).shifts)).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  }
});

test("what is pressed is large enough for a thumb", async ({ page }) => {
  await page.goto(mainArticle().path);
  await alive(page);
  // the field that is outside of the page, for programs, has no thumb to fear
  for (const target of await page
    .locator(
      "button:visible, .button:visible, .link-button:visible, .star, input:not([type=hidden], [type=radio], [type=checkbox], [tabindex='-1'])",
    )
    .all()) {
    const box = (await target.boundingBox())!;
    expect(box.height, await target.innerText()).toBeGreaterThanOrEqual(44);
    expect(box.width).toBeGreaterThanOrEqual(44);
  }
});

test("a server of another build makes a page load itself anew once, and no more", async ({ page }) => {
  const article = mainArticle();
  await page.goto(article.path);
  await alive(page);
  let asked = 0;
  await page.route(
    (url) => url.pathname === "/api/page" && url.searchParams.get("path") === "/",
    async (route) => {
      asked += 1;
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), "x-build": "another" } });
    },
  );
  const anew = page.waitForEvent("load");
  await page.locator(".brand").click();
  await anew;
  // it asked for the front page, which is whole: nothing is asked again
  await expect(page.getByRole("heading", { name: "Tin mới", level: 1 })).toBeVisible();
  await expect(page.getByRole("button", { name: "Giữ nguyên số liệu" })).toBeVisible();
  await page.locator(".news h2 a").nth(1).click();
  await alive(page);
  await page.locator(".brand").click();
  // the second time within a moment it says so instead
  await expect(page.getByRole("alert").getByRole("link", { name: "Tải lại trang" })).toBeVisible();
  expect(asked).toBe(2);
});

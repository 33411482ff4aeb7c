// Following a link shows the next page, and until then the one that is read.
import { expect, test } from "../fixtures.ts";
import { makeArticle } from "../data.ts";
import { holdRequests, site, waitUntilLive } from "../pages/site.ts";
import { comments } from "../pages/comments.ts";

const PAGES = "**/api/page?*";

test("on a slow line the old page stays until the next is there", async ({ page }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  // counts how often the main part is empty
  await page.evaluate(() => {
    const main = document.querySelector("main")!;
    const state = { empty: 0 };
    Object.assign(window, { state });
    new MutationObserver(() => (state.empty += Number(main.innerText.trim() === ""))).observe(main, {
      childList: true,
      subtree: true,
    });
  });
  const release = await holdRequests(page, PAGES);
  await page.evaluate(() => scrollTo(0, 300));
  await site(page).homeLink.evaluate((link) => link.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true })));
  await site(page).homeLink.evaluate((link: HTMLElement) => link.click());
  await expect(page).toHaveURL("/");
  expect(await page.evaluate(() => scrollY), "the page that is read does not move").toBe(300);
  await expect(site(page).main).toHaveAttribute("aria-busy", "true");
  await expect(site(page).progress).toBeVisible();
  await expect(site(page).heading).toHaveText(article.title);
  // the page that is read still works
  await comments(page).body.fill("Viết tiếp trong lúc chờ.");
  release();
  await expect(site(page).heading).toHaveText("Tin mới");
  await expect(site(page).main).toHaveAttribute("aria-busy", "false");
  await expect(site(page).progress).toBeHidden();
  expect(await page.evaluate(() => (window as any).state.empty)).toBe(0);
  expect(await page.evaluate(() => scrollY), "the next begins at its top").toBe(0);
  await page.goBack();
  await expect(comments(page).body).toHaveValue("Viết tiếp trong lúc chờ.");
});

test("offline, a link says what could not be opened, and opens it when the network returns", async ({
  page,
  context,
  expectStatus,
}) => {
  expectStatus(0);
  const article = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  await context.setOffline(true);
  await page.getByRole("link", { name: "Quyền riêng tư" }).last().click();
  const note = site(page).alertWith("Không mở được “Quyền riêng tư”");
  await expect(note).toBeVisible();
  await expect(note).not.toContainText("viết");
  await expect(site(page).heading, "the old page is still there").toHaveText(article.title);
  await context.setOffline(false);
  await expect(site(page).heading).toHaveText("Quyền riêng tư");
  await expect(note).toBeHidden();
});

test("going back to the page that is shown ends the attempt", async ({ page, context, expectStatus }) => {
  expectStatus(0);
  const article = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  await context.setOffline(true);
  await site(page).homeLink.click();
  await expect(site(page).alertWith("Không mở được")).toBeVisible();
  await page.goBack();
  await expect(site(page).alertWith("Không mở được")).toBeHidden();
  await context.setOffline(false);
  await waitUntilLive(page);
  await expect(site(page).heading).toHaveText(article.title);
  await expect(page).toHaveURL(article.path);
});

test("a busy server is asked again by the button, and a later link overtakes an earlier one", async ({
  page,
  expectStatus,
}) => {
  expectStatus(503);
  const article = makeArticle();
  await page.goto(article.path);
  await waitUntilLive(page);
  await page.route(PAGES, (route) => route.fulfill({ status: 503, body: "" }));
  await site(page).homeLink.click();
  await expect(site(page).alertWith("Không mở được")).toBeVisible();
  await page.unroute(PAGES);
  await site(page).tryAgain.click();
  await expect(site(page).heading).toHaveText("Tin mới");
  const release = await holdRequests(page, PAGES);
  await page.getByRole("link", { name: "Quyền riêng tư" }).click();
  await page.getByRole("link", { name: "Xem thống kê" }).click();
  release();
  await expect(site(page).heading).toHaveText("Thống kê truy cập");
  await expect(page).toHaveURL("/thong-ke");
});

test("a link with something behind its address leads to the article, without an empty page between", async ({ page }) => {
  const [article, other] = [makeArticle(), makeArticle()];
  await page.goto(article.path);
  await waitUntilLive(page);
  await page.evaluate((path) => {
    const main = document.querySelector("main")!;
    const state = { empty: 0 };
    Object.assign(window, { state });
    new MutationObserver(() => (state.empty += Number(main.innerText.trim() === ""))).observe(main, {
      childList: true,
      subtree: true,
    });
    const link = document.createElement("a");
    link.href = `${path}).`;
    link.textContent = "Bài liên quan";
    document.querySelector(".prose")!.append(link);
  }, other.path);
  await page.getByRole("link", { name: "Bài liên quan" }).click();
  await expect(site(page).heading).toHaveText(other.title);
  await expect(page).toHaveURL(other.path);
  expect(await page.evaluate(() => (window as any).state.empty)).toBe(0);
});

import { expect, test } from "../fixtures.ts";
import { MAIN_TITLE, mainArticle, makeArticle } from "../data.ts";

test("the front page and an article are whole without script", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: MAIN_TITLE }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(MAIN_TITLE);
  await expect(page.locator(".prose > p")).toHaveCount(6);
  await expect(page.getByText("Xếp hạng: 4.7 - 26 phiếu bầu")).toBeVisible();
  await expect(page.getByText("Chưa có ý kiến nào")).toBeVisible();
});

test("the head says what search engines and chat apps need", async ({ request }) => {
  const article = mainArticle();
  const answer = await request.get(article.path);
  const html = await answer.text();
  const head = html.slice(0, html.indexOf("</head>"));
  expect(head).toContain(`<title>${MAIN_TITLE} - Phường Hiệp Ninh</title>`);
  expect(head).toContain(`<link rel="canonical" href="${process.env.LOA_BASE}${article.path}">`);
  for (const property of ["og:title", "og:description", "og:url", "og:image", "og:type"])
    expect(head).toContain(`property="${property}"`);
  expect(head).toMatch(/<link rel="preload" as="image"[^>]*\.webp 480w/);
  const data = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/s.exec(head)![1]);
  expect(data).toMatchObject({
    "@type": "NewsArticle",
    headline: MAIN_TITLE,
    author: { name: "Quỳnh Yên" },
    datePublished: "2023-07-12T11:46:00+07:00",
  });
  expect(data.aggregateRating).toMatchObject({ ratingValue: 4.7, ratingCount: 26 });
  expect(answer.headers()["set-cookie"], "reading leaves no cookie").toBeUndefined();
  expect(answer.headers()["content-security-policy"]).not.toContain("unsafe-inline");
  expect(answer.headers()["content-security-policy"]).not.toMatch(/'unsafe-eval'/);
});

test("no link of the site leads nowhere", async ({ request }) => {
  const seen = new Set<string>();
  const todo = ["/"];
  while (todo.length > 0) {
    const path = todo.pop()!;
    if (seen.has(path)) continue;
    seen.add(path);
    const answer = await request.get(path);
    expect(answer.status(), path).toBe(200);
    if (!answer.headers()["content-type"]?.startsWith("text/html")) continue;
    const html = await answer.text();
    for (const [, href] of html.slice(0, html.indexOf("</footer>")).matchAll(/<(?:a|link)\b[^>]*\bhref="([^"]*)"/g)) {
      const url = new URL(href.replaceAll("&amp;", "&"), process.env.LOA_BASE + path);
      if (url.origin !== process.env.LOA_BASE) continue;
      todo.push(url.pathname + url.search);
      if (url.hash && url.pathname + url.search === path) expect(html, url.href).toContain(`id="${url.hash.slice(1)}"`);
    }
  }
  expect(seen.size).toBeGreaterThan(15);
});

test("old addresses keep working and unknown ones help", async ({ page, request, expectStatus }) => {
  expectStatus(404);
  const article = makeArticle();
  const moved = await request.get(`/tin-tuc/ten-cu-${article.id}`, { maxRedirects: 0 });
  expect(moved.status()).toBe(308);
  expect(moved.headers().location).toBe(article.path);
  for (const path of [
    "/tin-tuc/khong-co-999999999",
    "/tin-tuc/chu",
    "/tin-tuc/a-9223372036854775808",
    "/tin-tuc/a-0",
    "/khong-co-trang-nay",
  ]) {
    const answer = await page.goto(path);
    expect(answer!.status(), path).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Không tìm thấy trang này");
    await expect(page.locator(".links a").first()).toBeVisible();
  }
});

test("twenty articles a page, with a way on", async ({ page, expectStatus }) => {
  for (let n = 0; n < 14; n++) makeArticle();
  await page.goto("/");
  await expect(page.locator(".news")).toHaveCount(20);
  const next = page.getByRole("link", { name: "Trang sau" });
  await expect(next).toHaveAttribute("rel", "next");
  await next.click();
  await expect(page).toHaveURL("/?trang=2");
  await expect(page.locator(".news").first()).toBeVisible();
  await page.getByRole("link", { name: "Trang trước" }).click();
  await expect(page).toHaveURL("/");
  expectStatus(404);
  expect((await page.goto("/?trang=999"))!.status()).toBe(404);
});

// Every page is valid HTML, and fits a phone of 360 pixels also with text of twice the size.
import { type Page } from "@playwright/test";
import { HtmlValidate } from "html-validate";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { expect, openDeskOf, test } from "../fixtures.ts";
import { addComments, makeArticle, writersPage } from "../data.ts";
import { around } from "../pages/around.ts";
import { comments } from "../pages/comments.ts";
import { onReportPage } from "../pages/report.ts";
import { onArticle } from "../pages/article.ts";
import { site } from "../pages/site.ts";

test.use({ viewport: { width: 360, height: 740 } });

const LONG_WORD = "https://vidu.example/".padEnd(180, "khongcodaucach");
const ROOMS = [
"", "/y-kien", "/y-kien?chon=1", "/y-kien?muc=lien-he", "/nguoi-bi-chan", "/danh-gia", "/dong-mo", "/dong-mo?bai=1", "/tu-ngu", "/can-bo", "/nhat-ky", "/so-lieu", "/cau-tra-loi", "/cau-tra-loi?y-kien=1", "/tai-khoan", "/cai-dat", "/bai-viet", "/bai-viet?bai=9", "/bai-viet?bai=9&ban=1", "/bai-viet?trang-thai=da-bo", "/thu-vien", "/chuyen-muc", "/bao-loi", "/trang-chu", "/thong-bao", "/trang", "/van-ban", "/lich", "/lich?su-kien=1", "/chu-de", "/chu-de?chu-de=1", "/thuc-don", "/thuc-don?muc=1", "/giao-dien", "/giao-dien?xem=1&accent=%230b5d8a&banner=1&name=Th%E1%BB%AD",
];

/** The address of the demo's draft that is open for opinions. */
async function findDraft(page: Page): Promise<string> {
  await page.goto("/van-ban?hieu-luc=gop-y");
  return (await around(page).results.getByRole("link").first().getAttribute("href"))!;
}

/** Opens one page of each kind, and calls `check` with its name. */
async function visitAll(page: Page, desk: Page, check: (page: Page, name: string) => Promise<void>): Promise<void> {
  const article = makeArticle([
    { name: "Lê Thảo", body: `Ý kiến có một từ dài: ${LONG_WORD}` },
    { name: "N".repeat(60), body: "Người viết có tên dài." },
  ]);
  const [pending] = addComments(article.id, [
    { name: "N".repeat(60), body: `Ý kiến đang chờ: ${LONG_WORD}`, state: "pending" },
  ]);
  const [reported] = addComments(article.id, [{ name: "Anh Hai", body: "Ý kiến bị báo." }]);
  for (const [name, address] of [
    ["front page", "/"],
    ["article", article.path],
    ["reply", `${article.path}?tra-loi=${reported}`],
    ["contact", "/lien-he"],
    ["request about own data", "/lien-he/du-lieu-cua-toi"],
    ["privacy", "/quyen-rieng-tu"],
    ["statistics", "/thong-ke"],
    ["accessibility", "/kha-nang-tiep-can"],
    ["directory", "/muc-luc"],
    ["archive", "/luu-tru/2023/07"],
    ["documents", "/van-ban"],
    ["documents that were searched for", "/van-ban?q=khong-co&nam=2026"],
    ["draft", await findDraft(page)],
    ["calendar", "/lich"],
    ["page", "/trang/to-chuc-va-lien-he"],
    ["series", "/chu-de/cung-cham-khu-pho"],
    ["category", "/chuyen-muc/y-te"],
    ["search", "/tim-kiem?q=nuoc"],
    ["search without results", "/tim-kiem?q=zzzz"],
    ["missing", "/khong-co"],
    ["report", `/bao-vi-pham/${reported}`],
    ["writer", writersPage(pending)],
  ]) {
    await page.goto(address);
    await check(page, name);
  }
  await page.goto(`/bao-vi-pham/${reported}`);
  await onReportPage(page).send.click();
  await check(page, "refused report");
  await page.goto(article.path);
  await comments(page).fill({ name: "12", body: LONG_WORD, consent: false });
  await comments(page).send.click();
  await check(page, "refused comment");
  await page.goto("/quan-tri");
  await check(page, "sign-in");
  for (const room of ROOMS) {
    await desk.goto(`/quan-tri${room}`);
    await check(desk, `room ${room}`);
  }
}

test("every page is valid HTML", async ({ page, openBrowser, expectStatus }) => {
  expectStatus(404, 422);
  const desk = await openDeskOf(openBrowser, "quantri");
  const validator = new HtmlValidate({ extends: ["html-validate:standard"] });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "loa-html-"));
  const problems: string[] = [];
  let count = 0;
  await visitAll(page, desk, async (shown, name) => {
    // the page as it was sent, not as the browser mended it
    const html = await (await shown.request.get(shown.url(), { headers: { accept: "text/html" } })).text();
    fs.writeFileSync(path.join(folder, `${String(++count).padStart(2, "0")}-${name.replaceAll(/\W+/g, "-")}.html`), html);
    const report = await validator.validateString(html);
    for (const { messages } of report.results)
      for (const { ruleId, message, line, column } of messages)
        problems.push(`${name}: ${ruleId}: ${message} at ${line}:${column}`);
  });
  expect(problems).toEqual([]);
  if (spawnSync("java", ["-version"]).status === 0) {
    const checker = createRequire(import.meta.url).resolve("vnu-jar/build/dist/vnu.jar");
    // it fails with the errors, and prints nothing where there are none
    execFileSync("java", ["-jar", checker, "--errors-only", folder], { stdio: "pipe", encoding: "utf8" });
  }
  fs.rmSync(folder, { recursive: true });
});

test("no page is wider than a narrow phone, with text of twice the size too", async ({
  page,
  openBrowser,
  expectStatus,
}) => {
  expectStatus(404, 422);
  const desk = await openDeskOf(openBrowser, "quantri");
  const wide: string[] = [];
  await visitAll(page, desk, async (shown, name) => {
    for (const size of ["16px", "32px"]) {
      const width = await shown.evaluate((size) => {
        document.documentElement.style.fontSize = size;
        const width = document.documentElement.scrollWidth;
        document.documentElement.style.fontSize = "";
        return width;
      }, size);
      if (width > 360) wide.push(`${name} at ${size}: ${width}`);
    }
  });
  expect(wide).toEqual([]);
});

test("an article is printed without forms, stars and counts", async ({ page }) => {
  const article = makeArticle([{ body: "Ý kiến không in ra giấy." }]);
  await page.goto(article.path);
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(onArticle(page).text).toBeVisible();
  await expect(onArticle(page).published).toBeVisible();
  await expect(page.getByText(`${process.env.LOA_BASE}${article.path}`)).toBeVisible();
  await expect(site(page).footerName).toBeVisible();
  for (const part of onArticle(page).unprinted) for (const element of await part.all()) await expect(element).toBeHidden();
});

// Without script the page says how to enlarge text, and an article can still be passed on and printed.
import { mainArticle } from "../data.ts";
import { expect, test } from "../fixtures.ts";
import { site } from "../pages/site.ts";

test("without script the page says how the browser enlarges text, and offers nothing that does not work", async ({ page }) => {
  await page.goto(mainArticle().path);
  await page.getByText("Cỡ chữ", { exact: true }).click();
  const advice = site(page).displayAdvice;
  await expect(advice).toBeVisible();
  await expect(advice).toContainText("Để phóng to chữ: mở trình đơn của trình duyệt");
  await expect(page.getByRole("button", { name: "Chữ to hơn" })).toBeHidden();
  await expect(page.getByRole("button", { name: "Chép địa chỉ" })).toBeHidden();
  await expect(page.getByRole("link", { name: "Facebook" })).toBeVisible();
  await page.getByRole("contentinfo").getByRole("link", { name: "Khả năng tiếp cận" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Khả năng tiếp cận");
});

test("the code on a printed article leads to the article, whatever its address becomes", async ({ page }) => {
  const id = mainArticle().path.split("-").at(-1);
  const code = await page.request.get(`/ma-qr/${id}`);
  expect([code.status(), code.headers()["content-type"]]).toEqual([200, "image/svg+xml"]);
  for (const bad of ["x", "0", "-1", "99999999999999999999"]) expect((await page.request.get(`/ma-qr/${bad}`)).status(), bad).toBe(404);
  const opened = await page.goto(`/tin-tuc/bai-${id}`);
  expect(opened!.status()).toBe(200);
  expect(new URL(page.url()).pathname).toBe(mainArticle().path);
});

test("every public page has one heading, a description, a canonical address and no picture without a description", async ({ page }) => {
  for (const address of ["/", mainArticle().path, "/chuyen-muc/y-te", "/muc-luc", "/luu-tru/2023/07", "/quyen-rieng-tu", "/kha-nang-tiep-can", "/thong-ke", "/tim-kiem", "/van-ban", "/lich", "/trang/to-chuc-va-lien-he", "/chu-de/cung-cham-khu-pho"]) {
    await page.goto(address);
    await expect(site(page).heading, address).toHaveCount(1);
    expect((await site(page).meta("description").getAttribute("content"))!.length, address).toBeGreaterThan(20);
    expect(new URL((await site(page).canonicalLink.getAttribute("href"))!).pathname, address).toBe(address);
    await expect(site(page).picturesWithoutAlternative, address).toHaveCount(0);
    for (const data of await site(page).structuredData.allTextContents()) JSON.parse(data);
  }
});

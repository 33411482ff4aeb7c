// Searching without script: a form that leads to a page of results.
import { expect, test } from "../fixtures.ts";
import { SEARCH, search } from "../pages/search.ts";

test("an article is found from the front page, whatever the diacritics, and opened", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("banner").getByRole("link", { name: "Tìm", exact: true }).click();
  await search(page).field.fill("cup nuoc");
  await search(page).send.click();
  await expect(search(page).answer).toContainText("kết quả");
  await expect(search(page).marks.first()).toBeVisible();
  await expect(search(page).field).toHaveValue("cup nuoc");
  await search(page).results.first().getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Lịch cúp nước");
});

test("filters are part of the address, and nothing found is said with what to do", async ({ page }) => {
  await page.goto(`${SEARCH}?q=lich`);
  await search(page).filters.click();
  await search(page).filter("Thời gian").selectOption("7 ngày qua");
  await search(page).filter("Ý kiến bạn đọc").check();
  await search(page).send.click();
  await expect(page).toHaveURL(/thoi-gian=tuan/);
  await expect(page).toHaveURL(/trong=y-kien/);
  await expect(search(page).filter("Thời gian")).toBeVisible();
  await page.goto(`${SEARCH}?q=zzzzzz`);
  await expect(search(page).answer).toContainText("Không tìm thấy kết quả nào. Vui lòng kiểm tra chính tả");
});

import { audit, expect, test } from "../fixtures.ts";
import { makeArticle } from "../data.ts";
import { visitsOfAllDays } from "../state.ts";
import { alive } from "../pages/article.ts";

// a visitor of its own: tests before this one have opened more pages a minute than count
test.use({ userAgent: `A phone of its own ${Date.now()}` });

test("the figures on an open page move by themselves, and stand still on demand", async ({ page, request }) => {
  await page.goto("/");
  const today = page.locator("#so-1");
  const count = async () => Number((await today.innerText()).replaceAll(",", ""));
  const visit = (phone: string) =>
    request.get("/", { headers: { "user-agent": `A phone called ${phone} ${Date.now()}` } });
  const hold = page.getByRole("button", { name: "Giữ nguyên số liệu" });
  await expect(hold).toBeVisible();
  const before = await count();
  await visit("one");
  await expect.poll(count, { timeout: 10_000 }).toBeGreaterThan(before);
  await hold.click();
  await expect(hold).toHaveAttribute("aria-pressed", "true");
  const held = await count();
  const stored = visitsOfAllDays();
  await visit("two");
  await expect.poll(visitsOfAllDays, { timeout: 10_000 }).toBeGreaterThan(stored);
  expect(await count()).toBe(held);
  await hold.click();
  await visit("three");
  await expect.poll(count, { timeout: 10_000 }).toBeGreaterThan(held + 1);
});

test("an article that is reached within the app is counted, and the count moves on its page", async ({ page }) => {
  const article = makeArticle();
  await page.goto("/thong-ke");
  await audit(page);
  await page.evaluate(
    (path) =>
      document
        .querySelector("main")!
        .append(Object.assign(document.createElement("a"), { href: path, textContent: "đến bài thử" })),
    article.path,
  );
  await page.getByRole("link", { name: "đến bài thử" }).click();
  await expect(page.getByText("183 lượt xem")).toBeVisible();
  await alive(page);
  await expect(page.getByText("184 lượt xem")).toBeVisible({ timeout: 10_000 });
});

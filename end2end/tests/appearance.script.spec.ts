// Another accent leaves every text legible, in light and dark.
import { mainArticle } from "../data.ts";
import { audit, expect, openDeskOf, test } from "../fixtures.ts";
import { APPEARANCE, around } from "../pages/around.ts";
import { site } from "../pages/site.ts";

test("a pale accent is made dark and light enough for every text", async ({ page, openBrowser }) => {
  const admin = await openDeskOf(openBrowser, "quantri");
  await admin.goto(APPEARANCE);
  await around(admin).field("Màu chủ đạo").fill("#ffd400");
  await around(admin).button("Lưu giao diện").click();
  await expect(around(admin).done).toBeVisible();
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const address of ["/", mainArticle().path, "/van-ban"]) {
      await page.goto(address);
      await expect(site(page).lookLink).toHaveCount(1);
      await audit(page);
    }
    await admin.emulateMedia({ colorScheme: scheme });
    await admin.goto(APPEARANCE);
    await audit(admin);
  }
  await around(admin).field("Màu chủ đạo").fill("#a3151b");
  await around(admin).button("Lưu giao diện").click();
  await expect(around(admin).done).toBeVisible();
});

// Takes the README's pictures from the demo content, for `make screenshots`.
import type { Page } from "@playwright/test";
import * as path from "node:path";
import { expect, test } from "../fixtures.ts";
import { addComments, findArticle, mainArticle } from "../data.ts";
import { waitUntilLive } from "../pages/site.ts";
import { QUEUE } from "../pages/desk.ts";
import { cards } from "../pages/moderation.ts";

const file = (name: string) => path.join(import.meta.dirname, "..", "pictures", `${name}.png`);

/** Waits until the pictures in the window are there in the size that it asks for. */
async function waitForPictures(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // one that is for print alone is never fetched here
    const shown = Array.from(document.images).filter(
      (image) => image.checkVisibility() && image.getBoundingClientRect().top < innerHeight,
    );
    await Promise.all(shown.map((image) => image.decode()));
  });
}

test("the README's pictures", async ({ page, openBrowser, staffState }) => {
  await page.goto(mainArticle().path);
  await waitUntilLive(page);
  await waitForPictures(page);
  await page.screenshot({ path: file("article-phone") });
  await page.setViewportSize({ width: 1280, height: 900 });
  // a picture in another size is fetched anew, and its space is empty until it is there
  await page.reload();
  await waitUntilLive(page);
  await waitForPictures(page);
  await page.screenshot({ path: file("article-desktop") });
  const water = findArticle("Lịch cúp nước khu phố 3 ngày 25/7");
  addComments(water.id, [
    { name: "Nguyễn Văn Đức", body: "Cho hỏi khu phố 4 có bị cúp nước không, nhờ phường báo giúp.", state: "pending" },
    { name: "Trần Thị Bích", body: "Nhà có cháu nhỏ, mong đơn vị cấp nước làm đúng giờ đã báo.", state: "pending" },
  ]);
  const desk = await openBrowser(staffState);
  await desk.goto(QUEUE);
  await waitUntilLive(desk);
  await expect(cards(desk)).toHaveCount(2);
  await desk.screenshot({ path: file("desk-phone") });
});

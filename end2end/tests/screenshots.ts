// Takes the README's pictures from the demo content, for `make screenshots`.
import * as path from "node:path";
import { expect, test } from "../fixtures.ts";
import { addComments, findArticle, mainArticle } from "../data.ts";
import { waitUntilLive } from "../pages/site.ts";
import { QUEUE } from "../pages/desk.ts";
import { cards } from "../pages/moderation.ts";

const file = (name: string) => path.join(import.meta.dirname, "..", "pictures", `${name}.png`);

test("the README's pictures", async ({ page, openBrowser, staffState }) => {
  await page.goto(mainArticle().path);
  await waitUntilLive(page);
  await page.screenshot({ path: file("article-phone") });
  await page.setViewportSize({ width: 1280, height: 900 });
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

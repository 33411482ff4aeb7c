// The README's pictures, taken from the demo. `make screenshots` takes them anew.
import * as path from "node:path";
import { addComments, alive, expect, mainArticle, sql, test } from "../fixtures.ts";

const file = (name: string) => path.join(import.meta.dirname, "..", "pictures", `${name}.png`);

test("the README's pictures", async ({ page, another, staffState }) => {
  await page.goto(mainArticle().path);
  await alive(page);
  await page.screenshot({ path: file("article-phone") });
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.screenshot({ path: file("article-desktop") });
  const [water] = sql("select id from articles where slug like 'lich-cup-nuoc%'").map(Number);
  addComments(water, [
    { name: "Nguyễn Văn Đức", body: "Cho hỏi khu phố 4 có bị cúp nước không, nhờ phường báo giúp.", state: "held" },
    { name: "Trần Thị Bích", body: "Nhà có cháu nhỏ, mong đơn vị cấp nước làm đúng giờ đã báo.", state: "held" },
  ]);
  const desk = await another(staffState);
  await desk.goto("/quan-tri");
  await alive(desk);
  await expect(desk.locator(".queue-card")).toHaveCount(2);
  await desk.screenshot({ path: file("desk-phone") });
});

// What script adds to uploading: progress, cancelling, beginning anew, and pictures beside what is being written.
import { audit, expect, expectStatusOn, openDeskOf, test } from "../fixtures.ts";
import { LIBRARY, library, picture } from "../pages/library.ts";
import { ARTICLES, newTitle, writing } from "../pages/writing.ts";
import { waitUntilLive } from "../pages/site.ts";
import { roomContent } from "../pages/desk.ts";
import { onArticle } from "../pages/article.ts";

test("files are uploaded as soon as they are chosen, and one that is no good says why", async ({ openBrowser }) => {
  const page = await openDeskOf(openBrowser, "mai");
  await page.goto(LIBRARY);
  const before = await library(page).pictures.count();
  await library(page).chooser.setInputFiles([
    picture("hop-to-dan-cu"),
    { name: "ảnh.heic", mimeType: "image/heic", buffer: Buffer.from("\0\0\0\x18ftypheic\0\0\0\0") },
    picture("tiem-phong-soi"),
  ]);
  await expect(library(page).upload("hop-to-dan-cu.png")).toContainText("Đã tải lên");
  await expect(library(page).upload("ảnh.heic")).toContainText("Không nhận ảnh HEIC");
  await expect(library(page).upload("tiem-phong-soi.png")).toContainText("Đã tải lên");
  await expect(library(page).pictures).toHaveCount(before + 2);
  await library(page).upload("ảnh.heic").getByRole("button", { name: "Ẩn" }).click();
  await expect(library(page).upload("ảnh.heic")).toHaveCount(0);
  for (const address of [LIBRARY, `${LIBRARY}?tep=1`, `${LIBRARY}?q=khong-co`, `${LIBRARY}?anh=1`]) {
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(address);
      await expect(roomContent(page)).toBeVisible();
      for (const part of await roomContent(page).locator("summary").all()) await part.click();
      await audit(page);
    }
  }
});

test("an upload is cancelled, and one whose connection was lost is begun anew", async ({ openBrowser }) => {
  const page = await openDeskOf(openBrowser, "mai");
  expectStatusOn(page, 0);
  await page.goto(LIBRARY);
  await waitUntilLive(page);
  let held: () => void = () => {};
  const until = new Promise<void>((resolve) => (held = resolve));
  await page.route("**/thu-vien/tai-len", async (route) => {
    await until;
    await route.abort();
  });
  await library(page).chooser.setInputFiles([picture("hop-to-dan-cu"), picture("tiem-phong-soi")]);
  await library(page).upload("tiem-phong-soi.png").getByRole("button", { name: "Hủy" }).click();
  await expect(library(page).upload("tiem-phong-soi.png")).toHaveCount(0);
  held();
  await expect(library(page).upload("hop-to-dan-cu.png")).toContainText("Mất kết nối");
  await page.unroute("**/thu-vien/tai-len");
  await library(page).upload("hop-to-dan-cu.png").getByRole("button", { name: "Thử lại" }).click();
  await expect(library(page).upload("hop-to-dan-cu.png")).toContainText("Đã tải lên");
});

test("a picture is uploaded beside an article that is being written, which stays as it is", async ({ openBrowser }) => {
  const title = newTitle();
  const page = await openDeskOf(openBrowser, "mai");
  await page.goto(ARTICLES);
  await writing(page).begin.click();
  await waitUntilLive(page);
  await writing(page).write(title);
  await library(page).chooser.setInputFiles(picture("don-kenh-trong-cay"));
  await expect(library(page).upload("don-kenh-trong-cay.png")).toContainText("Đã tải lên");
  await expect(writing(page).field("Tiêu đề")).toHaveValue(title);
  // the first picture of an article is the one in front of it
  const chosen = writing(page).chosenPicture;
  await expect(chosen).not.toHaveValue("");
  const number = await chosen.inputValue();
  await expect(writing(page).keepState).toContainText("Đã giữ bản viết dở lúc");
  await writing(page).button("Lưu").click();
  await expect(writing(page).notice).toHaveText("Đã lưu.");
  await expect(writing(page).chosenPicture).toHaveValue(number);
});

test("a sound and a document are added in the editor; readers hear the one and download the other", async ({
  openBrowser,
  page: reader,
}) => {
  const title = newTitle();
  const page = await openDeskOf(openBrowser, "mai");
  await writing(page).beginInEditor();
  await writing(page).field("Tiêu đề").fill(title);
  await writing(page).field("Chuyên mục").selectOption("Thông báo");
  await writing(page).field("Đoạn mở đầu").fill("Bản tin phát thanh của phường.");
  await writing(page).editor.click();
  await page.keyboard.type("Mời bà con nghe:");
  const sound = Buffer.concat([Buffer.from("ID3\x03\0\0\0\0\0\0"), Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(2000)]);
  await writing(page).fileChooser.setInputFiles([
    { name: "Bản tin sáng.mp3", mimeType: "audio/mpeg", buffer: sound },
    { name: "Lịch.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n%%EOF") },
  ]);
  await writing(page).button("Đăng ngay").click();
  await expect(writing(page).stage).toHaveText("Đã đăng");
  await reader.goto((await writing(page).publicLink.getAttribute("href"))!);
  const player = onArticle(reader).audio;
  await expect(player).toBeVisible();
  const source = (await player.getAttribute("src"))!;
  const part = await reader.request.get(source, { headers: { range: "bytes=0-9" } });
  expect([part.status(), part.headers()["content-type"], (await part.body()).length]).toEqual([206, "audio/mpeg", 10]);
  await expect(reader.getByRole("link", { name: "Lịch.pdf" })).toHaveAttribute("href", /^\/tep\//);
  await audit(reader);
});

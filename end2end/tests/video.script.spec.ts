// A video of another host with script: added in the editor, played in the place of its picture.
import { audit, expect, openDeskOf, test } from "../fixtures.ts";
import { picture } from "../pages/library.ts";
import { newTitle, writing } from "../pages/writing.ts";
import { waitUntilLive } from "../pages/site.ts";
import { standInForHosts, videoPlayer } from "../pages/video.ts";

test("a video is added with a picture of its own, and plays where the picture stood", async ({ openBrowser, page: reader }) => {
  const title = newTitle();
  const page = await openDeskOf(openBrowser, "mai");
  await writing(page).beginInEditor();
  await writing(page).field("Tiêu đề").fill(title);
  await writing(page).field("Chuyên mục").selectOption("Thông báo");
  await writing(page).field("Đoạn mở đầu").fill("Xem lại lễ ra quân.");
  await writing(page).editor.click();
  await page.keyboard.type("Mời bà con xem:");
  const address = page.getByLabel("Địa chỉ video YouTube, Vimeo hoặc Facebook");
  const ask = async (text: string) => {
    await writing(page).format("Video").click();
    await address.fill(text);
  };
  await ask("https://vidu.example/video");
  await address.press("Enter");
  await expect(writing(page).editorStatus).toContainText("Không nhận ra video ở địa chỉ này");
  await ask("youtu.be/dQw4w9WgXcQ?si=x");
  const chooser = page.waitForEvent("filechooser");
  await address.press("Enter");
  await (await chooser).setFiles([picture("hop-to-dan-cu")]);
  await expect(writing(page).descriptions).toHaveCount(1);
  await expect(writing(page).editor).toContainText("Video YouTube");
  await writing(page).descriptions.fill("Bà con cầm chổi đứng trước nhà văn hóa");
  await writing(page).descriptions.blur();
  await expect(writing(page).editorStatus).toHaveText("Đã lưu lời mô tả ảnh.");
  expect(await writing(page).body()).toMatch(
    /^<p>Mời bà con xem:<\/p><figure><img data-picture="\d+" data-video="youtube-dQw4w9WgXcQ"><figcaption><\/figcaption><\/figure>/,
  );
  await writing(page).button("Đăng ngay").click();
  await expect(writing(page).stage).toHaveText("Đã đăng");
  await reader.goto((await writing(page).publicLink.getAttribute("href"))!);
  await waitUntilLive(reader);
  await audit(reader);
  await standInForHosts(reader);
  const still = reader.getByRole("link", { name: "Xem video (YouTube)" });
  const before = await still.boundingBox();
  await still.click();
  const player = videoPlayer(reader);
  await expect(player).toBeFocused();
  await expect(reader.frameLocator("iframe").frameLocator("iframe").getByText("dQw4w9WgXcQ")).toBeVisible();
  const after = await player.boundingBox();
  expect(Math.abs(after!.height - before!.height), "nothing below it moves").toBeLessThan(2);
  await audit(reader);
});

test("a picture of the text becomes the still of a video, and a mere picture again", async ({ openBrowser }) => {
  const page = await openDeskOf(openBrowser, "mai");
  await writing(page).beginInEditor();
  await writing(page).editor.click();
  await writing(page).pictureChooser.setInputFiles([picture("tiem-phong-soi")]);
  await expect(writing(page).descriptions).toHaveCount(1);
  const address = page.getByLabel("Địa chỉ video YouTube, Vimeo hoặc Facebook");
  const caption = writing(page).editorCaptions;
  await caption.click();
  await writing(page).format("Video").click();
  await address.fill("https://vimeo.com/76979871");
  await page.getByRole("button", { name: "Gắn", exact: true }).click();
  await expect.poll(() => writing(page).body()).toContain('data-video="vimeo-76979871"');
  await caption.click();
  await writing(page).format("Video").click();
  await expect(address).toHaveValue("https://vimeo.com/76979871");
  await address.fill("");
  await page.getByRole("button", { name: "Gắn", exact: true }).click();
  await expect.poll(() => writing(page).body()).not.toContain("data-video");
});

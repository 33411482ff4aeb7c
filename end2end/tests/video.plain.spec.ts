// A video of another host without script: written in Markdown, shown as its picture, played on a page of its own.
import { expect, openDeskOf, test } from "../fixtures.ts";
import { newTitle, writing } from "../pages/writing.ts";
import { standInForHosts } from "../pages/video.ts";

test("a video is a picture that leads to its player, whose page frames the host alone", async ({ openBrowser, page: reader }) => {
  const title = newTitle();
  const mai = await openDeskOf(openBrowser, "mai");
  await writing(mai).saveNew(title);
  const body = "Mời bà con xem lại.\n\n[video 1 https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=10: Lễ ra quân: phần một]";
  await writing(mai).field("Nội dung").fill(body);
  await writing(mai).button("Đăng ngay").click();
  await expect(writing(mai).stage).toHaveText("Đã đăng");
  await expect(writing(mai).field("Nội dung"), "it comes back as it can be written again").toHaveValue(
    "Mời bà con xem lại.\n\n[video 1 https://www.youtube.com/watch?v=dQw4w9WgXcQ: Lễ ra quân: phần một]",
  );
  const opened = await reader.goto((await writing(mai).publicLink.getAttribute("href"))!);
  expect(opened!.headers()["content-security-policy"]).toContain("frame-src 'self';");
  expect(await opened!.text(), "nothing names the host before somebody presses").not.toContain("youtube-nocookie");
  await standInForHosts(reader);
  await expect(reader.getByText("Lễ ra quân: phần một")).toBeVisible();
  const player = reader.waitForResponse((response) => new URL(response.url()).pathname.startsWith("/video/"));
  await reader.getByRole("link", { name: "Xem video (YouTube)" }).click();
  const headers = (await player).headers();
  expect(headers["content-security-policy"]).toContain("frame-src https://www.youtube-nocookie.com;");
  expect(headers["content-security-policy"]).toContain("frame-ancestors 'self'");
  expect(headers["x-robots-tag"]).toBe("noindex");
  await expect(reader.frameLocator("iframe").getByText("dQw4w9WgXcQ")).toBeVisible();
  await expect(reader.getByRole("link", { name: "Mở trên YouTube" })).toBeVisible();
});

test("nobody shows a video under the site's name that it does not show", async ({ page }) => {
  for (const path of ["youtube-dQw4w9WgXcQ", "youtube-dQw4w9WgXcQ-0123456789abcdef", "x", "youtube-%22%3E-0123456789abcdef"]) {
    expect((await page.request.get(`/video/${path}`)).status(), path).toBe(404);
  }
});

// Videos of other hosts.
import type { Locator, Page } from "@playwright/test";

/** Answers instead of the hosts of videos with the name of the video that was asked for. */
export async function standInForHosts(page: Page): Promise<void> {
  await page.route(/^https:\/\/(www\.youtube-nocookie|player\.vimeo|www\.facebook)\.com\//, (route) => {
    const path = new URL(route.request().url()).pathname;
    return route.fulfill({ contentType: "text/html", body: `<!DOCTYPE html><title>video</title><p>${path}</p>` });
  });
}

/** The player that takes the place of a video's picture. */
export function videoPlayer(page: Page): Locator {
  return page.locator("iframe.video-player");
}

// The front page with its list of articles.
import type { Locator, Page } from "@playwright/test";

class FrontPage {
  constructor(private readonly page: Page) {}

  get heading(): Locator {
    return this.page.getByRole("heading", { name: "Tin mới", level: 1 });
  }
  get articles(): Locator {
    return this.page.locator(".news");
  }
  /** Those above the blocks. */
  get newest(): Locator {
    return this.page.locator(".front > .cards > li");
  }
  get articleLinks(): Locator {
    return this.page.locator(".news :is(h2, h3) a");
  }
  articleLink(title: string): Locator {
    return this.page.locator(".news").getByRole("link", { name: title });
  }
}

export function onFrontPage(page: Page): FrontPage {
  return new FrontPage(page);
}

// The parts that every page of the site has: header, main content, errors, pagination and the live status.
import { type Locator, type Page, expect } from "@playwright/test";

class SitePage {
  constructor(private readonly page: Page) {}

  get heading(): Locator {
    return this.page.getByRole("heading", { level: 1 });
  }
  get main(): Locator {
    return this.page.getByRole("main");
  }
  /** The site's name in the header, which links to the front page. */
  get homeLink(): Locator {
    return this.page.getByRole("banner").getByRole("link", { name: /^Phường Hiệp Ninh/ });
  }
  get nextPage(): Locator {
    return this.page.getByRole("link", { name: "Trang sau" });
  }
  get previousPage(): Locator {
    return this.page.getByRole("link", { name: "Trang trước" });
  }

  // errors

  get alert(): Locator {
    return this.page.getByRole("alert");
  }
  alertWith(text: string): Locator {
    return this.alert.filter({ hasText: text });
  }
  /** The list of problems of a refused form. */
  get errorSummary(): Locator {
    return this.page.getByRole("alert").filter({ hasText: "Vui lòng kiểm tra lại các mục sau" });
  }
  get errorLinks(): Locator {
    return this.errorSummary.getByRole("link");
  }
  errorLink(text: string): Locator {
    return this.errorLinks.filter({ hasText: text });
  }
  fieldError(text: string): Locator {
    return this.page.locator(".field-error", { hasText: text });
  }
  get reloadLink(): Locator {
    return this.alert.getByRole("link", { name: "Tải lại trang" });
  }
  /** The links that an error page offers. */
  get suggestions(): Locator {
    return this.page.locator(".links a");
  }

  // what other programs read

  meta(name: string): Locator {
    return this.page.locator(`meta[name=${name}]`);
  }
  get canonicalLink(): Locator {
    return this.page.locator("link[rel=canonical]");
  }
  get manifestLink(): Locator {
    return this.page.locator("link[rel=manifest]");
  }
  get structuredData(): Locator {
    return this.page.locator("script[type='application/ld+json']");
  }
  /** The style sheet of a look that was chosen for the site. */
  get lookLink(): Locator {
    return this.page.locator("link[href^='/giao-dien/']");
  }
  get picturesWithoutAlternative(): Locator {
    return this.page.locator("img:not([alt])");
  }

  // what only some see

  /** What readers without script are told of the choices of display. */
  get displayAdvice(): Locator {
    return this.page.locator(".display-choices noscript p");
  }
  get headerTools(): Locator {
    return this.page.locator(".header-tools");
  }
  /** What is printed below a page. */
  get printFoot(): Locator {
    return this.page.locator(".print-foot");
  }
  /** The code that leads to the page, on paper. */
  get printedCode(): Locator {
    return this.printFoot.locator("img");
  }
  get footerName(): Locator {
    return this.page.locator(".site-footer strong");
  }

  // opening the next page

  get progress(): Locator {
    return this.page.locator(".progress");
  }
  get tryAgain(): Locator {
    return this.alert.getByRole("button", { name: "Thử lại" });
  }

  // live updates

  get pause(): Locator {
    return this.page.getByRole("button", { name: "Tạm dừng", exact: true });
  }
  get resume(): Locator {
    return this.page.getByRole("button", { name: "Tiếp tục" });
  }
  get paused(): Locator {
    return this.page.getByText("Đã tạm dừng cập nhật");
  }
  get reconnecting(): Locator {
    return this.page.getByText("Mất kết nối, đang thử lại");
  }

  /** Everything that is pressed or typed into, except the spam trap, which is outside of the visible page. */
  get touchTargets(): Locator {
    return this.page.locator(
      [
        "button:visible",
        ".button:visible",
        ".link-button:visible",
        ".star",
        "input:not([type=hidden], [type=radio], [type=checkbox], [tabindex='-1'])",
      ].join(", "),
    );
  }
}

export function site(page: Page): SitePage {
  return new SitePage(page);
}

/** Waits until an article or a room of the desk is hydrated and receives live updates. */
export async function waitUntilLive(page: Page): Promise<void> {
  await expect(page.getByText("Đang cập nhật trực tiếp")).toBeVisible();
}

/** Waits until the program runs on a page that follows no article. */
export async function waitUntilRunning(page: Page): Promise<void> {
  await expect(page.getByRole("button", { name: "Tạm dừng cập nhật số liệu" })).toBeVisible();
}

/** Keeps requests for these addresses back until the returned function is called. */
export async function holdRequests(page: Page, addresses: string): Promise<() => void> {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(addresses, async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

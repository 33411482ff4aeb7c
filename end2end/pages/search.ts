// The page of a search.
import type { Locator, Page } from "@playwright/test";

export const SEARCH = "/tim-kiem";

class Search {
  constructor(private readonly page: Page) {}

  get field(): Locator {
    return this.page.getByRole("searchbox", { name: "Từ cần tìm" });
  }
  get send(): Locator {
    return this.page.getByRole("search").getByRole("button", { name: "Tìm" });
  }
  get filters(): Locator {
    return this.page.locator("summary", { hasText: "Chọn nơi tìm" });
  }
  filter(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }
  get results(): Locator {
    return this.page.locator(".results > li");
  }
  /** The words that were found, in the first result. */
  get marks(): Locator {
    return this.results.first().locator("mark");
  }
  get answer(): Locator {
    return this.page.locator("#ket-qua");
  }
}

export function search(page: Page): Search {
  return new Search(page);
}

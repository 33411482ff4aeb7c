// The library of pictures and files, and the form that uploads to it.
import * as fs from "node:fs";
import type { Locator, Page } from "@playwright/test";

export const LIBRARY = "/quan-tri/thu-vien";

/** One of the demo's pictures as a file. */
export function picture(name: string): { name: string; mimeType: string; buffer: Buffer } {
  const buffer = fs.readFileSync(new URL(`../../server/demo/pictures/${name}.png`, import.meta.url));
  return { name: `${name}.png`, mimeType: "image/png", buffer };
}

class Library {
  constructor(private readonly page: Page) {}

  get chooser(): Locator {
    return this.page.getByLabel(/^(Tải ảnh và tệp lên|Chọn ảnh mới)$/);
  }
  get send(): Locator {
    return this.page.getByRole("button", { name: "Tải lên", exact: true });
  }
  /** The line of a file that is being uploaded. */
  upload(name: string): Locator {
    return this.page.locator(".upload-list li", { hasText: name });
  }
  picture(description: string): Locator {
    return this.page.locator(".library-picture", { hasText: description });
  }
  get pictures(): Locator {
    return this.page.locator(".library-picture");
  }
  file(name: string): Locator {
    return this.page.locator(".library-file", { hasText: name });
  }
  get files(): Locator {
    return this.page.getByRole("link", { name: "Tệp", exact: true });
  }
  get description(): Locator {
    return this.page.getByLabel("Ảnh này cho thấy gì?");
  }
  focus(name: string): Locator {
    return this.page.getByRole("radio", { name });
  }
  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }
  get notice(): Locator {
    return this.page.locator(".room-content > .notice[role=status]");
  }
  get problems(): Locator {
    return this.page.locator(".room-content > .summary");
  }
}

export function library(page: Page): Library {
  return new Library(page);
}

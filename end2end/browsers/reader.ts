// What a reader does and sees, in a browser that is driven by WebDriver.
import { expect } from "@playwright/test";
import { By, type WebDriver, type WebElement } from "selenium-webdriver";

export class Reader {
  constructor(
    readonly driver: WebDriver,
    private readonly base: string,
  ) {}

  async open(path: string): Promise<void> {
    await this.driver.get(this.base + path);
  }

  /** Removes cookies and drafts of the test before, and closes its other tabs. */
  async forgetEverything(): Promise<void> {
    const [first, ...others] = await this.driver.getAllWindowHandles();
    for (const other of others) {
      await this.driver.switchTo().window(other);
      await this.driver.close();
    }
    await this.driver.switchTo().window(first!);
    await this.open("/muc-luc");
    await this.driver.manage().deleteAllCookies();
    await this.driver.executeScript("localStorage.clear(); sessionStorage.clear()");
  }

  /** Opens another tab and returns the handles of the one before and the new one. */
  async openTab(path: string): Promise<[string, string]> {
    const before = await this.driver.getWindowHandle();
    await this.driver.switchTo().newWindow("tab");
    await this.open(path);
    return [before, await this.driver.getWindowHandle()];
  }

  async switchTo(tab: string): Promise<void> {
    await this.driver.switchTo().window(tab);
  }

  /** Waits until the page follows the stream. */
  async waitUntilLive(): Promise<void> {
    await this.expectText("main", "Đang cập nhật trực tiếp");
  }

  find(css: string): Promise<WebElement> {
    return this.driver.findElement(By.css(css));
  }
  count(css: string): Promise<number> {
    return this.driver.findElements(By.css(css)).then((all) => all.length);
  }
  text(css: string): Promise<string> {
    return this.driver.executeScript<string>("return document.querySelector(arguments[0])?.innerText ?? ''", css);
  }
  scrollY(): Promise<number> {
    return this.driver.executeScript<number>("return Math.round(scrollY)");
  }

  async expectText(css: string, text: string | RegExp): Promise<void> {
    const wanted = expect.poll(() => this.text(css), { message: `${css} of ${await this.driver.getCurrentUrl()}` });
    await (typeof text === "string" ? wanted.toContain(text) : wanted.toMatch(text));
  }
  async expectCount(css: string, count: number): Promise<void> {
    await expect.poll(() => this.count(css), { message: css }).toBe(count);
  }

  /** Brings something to the middle of the window and presses it there, as a thumb would. */
  async press(css: string): Promise<void> {
    await this.scrollTo(css);
    await (await this.find(css)).click();
  }

  async scrollTo(css: string): Promise<void> {
    const scroll = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
    await this.driver.executeScript(scroll, await this.find(css));
  }

  async type(css: string, text: string): Promise<void> {
    await this.scrollTo(css);
    await (await this.find(css)).sendKeys(text);
  }
}

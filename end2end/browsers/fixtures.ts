// A browser for each worker, driven by its own WebDriver program.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Builder, type WebDriver } from "selenium-webdriver";
import firefox from "selenium-webdriver/firefox.js";
import { test as base } from "../fixtures.ts";
import { freePort } from "../server.ts";
import { Reader } from "./reader.ts";

/** Where a program lies. */
const find = (program: string) => execFileSync("which", [program], { encoding: "utf8" }).trim();

/** As narrow as both browsers' windows become. */
const WINDOW = { width: 500, height: 844 };

async function withFirefox(use: (driver: WebDriver) => Promise<void>): Promise<void> {
  const options = new firefox.Options().setBinary(find("firefox-esr")).addArguments("-headless");
  options.setPreference("intl.accept_languages", "vi-VN, vi");
  const driver = await new Builder()
    .forBrowser("firefox")
    .setFirefoxOptions(options)
    .setFirefoxService(new firefox.ServiceBuilder(find("geckodriver")))
    .build();
  await drive(driver, use);
}

/** WebKit has no headless mode: its window is on a display of its own. */
async function withWebKit(use: (driver: WebDriver) => Promise<void>): Promise<void> {
  const screen = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const [display] = await once(createInterface(screen.stdio[3] as NodeJS.ReadableStream), "line");
  const port = await freePort();
  const service = spawn("WebKitWebDriver", [`--port=${port}`], {
    env: { ...process.env, DISPLAY: `:${display}`, LANG: "C.UTF-8" },
    stdio: "ignore",
  });
  try {
    await waitUntilListening(port);
    const driver = await new Builder()
      .usingServer(`http://127.0.0.1:${port}`)
      .withCapabilities({
        browserName: "MiniBrowser",
        "webkitgtk:browserOptions": { binary: process.env.MINIBROWSER, args: ["--automation"] },
      })
      .build();
    await drive(driver, use);
  } finally {
    service.kill();
    screen.kill();
  }
}

async function waitUntilListening(port: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/status`).catch(() => null);
    if (answer) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function drive(driver: WebDriver, use: (driver: WebDriver) => Promise<void>): Promise<void> {
  try {
    await driver.manage().window().setRect({ x: 0, y: 0, ...WINDOW });
    await use(driver);
  } finally {
    await driver.quit();
  }
}

export const test = base.extend<{ reader: Reader }, { driver: WebDriver }>({
  driver: [
    async ({ browserName }, use) => (browserName === "firefox" ? withFirefox(use) : withWebKit(use)),
    { scope: "worker", timeout: 120_000 },
  ],
  // each test begins as somebody whom the site does not know
  reader: async ({ driver, program }, use) => {
    const reader = new Reader(driver, program.base);
    await reader.forgetEverything();
    await use(reader);
  },
});
export { expect } from "@playwright/test";

import { defineConfig } from "@playwright/test";

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
// a script to run instead of the tests: the README's screenshots or Lighthouse
const script = process.env.LOA_RUN;

export default defineConfig({
  testDir: "tests",
  outputDir: "results",
  fullyParallel: false,
  // every worker runs a program and a database; two of them exceed the timeouts on two cores
  workers: 1,
  retries: 0,
  // far beyond what a slow machine needs
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [["list"]],
  use: {
    locale: "vi-VN",
    timezoneId: "Asia/Ho_Chi_Minh",
    // the default user agent names a headless browser, which is counted as a bot
    userAgent:
      "Mozilla/5.0 (Linux; Android 10; SM-A107F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
    launchOptions: {
      executablePath: process.env.CHROMIUM || undefined,
      // root in a container has no sandbox; the other switches stop requests to the browser's vendor
      args: [
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: script
    ? [{ name: script, testMatch: `${script}.ts`, use: phone }]
    : [
        { name: "script", testMatch: "*.script.spec.ts", use: phone },
        { name: "plain", testMatch: "*.plain.spec.ts", use: { ...phone, javaScriptEnabled: false } },
      ],
});

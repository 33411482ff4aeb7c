import { defineConfig } from "@playwright/test";

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
// not tests, but run like them: the README's pictures, and Lighthouse
const other = process.env.LOA_RUN;

export default defineConfig({
  testDir: "tests",
  outputDir: "results",
  fullyParallel: false,
  // each has a program and a database of its own; two would be slower than the limits of time on two cores
  workers: 1,
  retries: 0,
  timeout: 30_000,
  expect: { timeout: 8_000 },
  reporter: [["list"]],
  use: {
    locale: "vi-VN",
    timezoneId: "Asia/Ho_Chi_Minh",
    // a browser without a screen says so, and counts as the program that it is
    userAgent:
      "Mozilla/5.0 (Linux; Android 10; SM-A107F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
    launchOptions: {
      executablePath: process.env.CHROMIUM || undefined,
      // a container's root has no sandbox; the rest keeps the browser from calling home
      args: [
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: other
    ? [{ name: other, testMatch: `${other}.ts`, use: phone }]
    : [
        { name: "script", testMatch: "*.script.spec.ts", use: phone },
        { name: "plain", testMatch: "*.plain.spec.ts", use: { ...phone, javaScriptEnabled: false } },
      ],
});

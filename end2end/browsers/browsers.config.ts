// The site in Firefox and WebKit, by WebDriver. Playwright runs the tests; it does not drive these browsers.
import { defineConfig } from "@playwright/test";

const browsers = (process.env.LOA_BROWSERS ?? "firefox webkit").split(" ") as ("firefox" | "webkit")[];

export default defineConfig({
  testDir: ".",
  outputDir: "../results-browsers",
  fullyParallel: false,
  workers: 1,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [["list"]],
  // the shortest ones are part of every test run
  grep: process.env.LOA_SHORT ? /@short/ : undefined,
  projects: browsers.map((browserName) => ({ name: browserName, use: { browserName } })),
});

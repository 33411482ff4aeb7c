// Fixtures of every test: a program for each worker, and pages that fail the test on any error in the browser.
import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, type Page, expect, test as base } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { account, signIn } from "./pages/account.ts";
import { type Program, launch } from "./server.ts";

export function demoPassword(): string {
  return /Mật khẩu: (\S+)/.exec(fs.readFileSync(path.join(process.env.LOA_DATA_DIR!, "demo-sign-in.txt"), "utf8"))![1];
}

/** Sessions of the demo's writers, by program and name: sign-ins are limited, and tests are faster than people. */
const writers = new Map<string, StaffState>();

/** Opens a browser of its own in which somebody of the demo's staff is signed in. */
export async function openDeskOf(openBrowser: (state?: StaffState) => Promise<Page>, username: string): Promise<Page> {
  const key = `${process.env.LOA_BASE} ${username}`;
  const page = await openBrowser(writers.get(key));
  if (writers.has(key)) {
    await page.goto("/quan-tri");
    // a test may have ended the session
    if (await account(page).deskHeading.isVisible()) return page;
  }
  await signIn(page, username, demoPassword());
  await expect(account(page).deskHeading).toBeVisible();
  if (["hoa", "mai"].includes(username)) writers.set(key, await page.context().storageState());
  return page;
}

/** Collects the errors of a page, except those of expected statuses; 0 stands for network errors. */
function collectErrors(page: Page): { errors: string[]; expected: Set<number> } {
  const collected = { errors: [] as string[], expected: new Set<number>() };
  page.on("console", (message) => {
    const text = message.text();
    const status = /the server responded with a status of (\d+)/.exec(text);
    if (status && collected.expected.has(Number(status[1]))) return;
    // a harmless warning of Chromium under load
    if (/was preloaded using link preload but not used within a few seconds/.test(text)) return;
    if (collected.expected.has(0) && /net::ERR_/.test(text)) return;
    if (message.type() === "error" || message.type() === "warning") collected.errors.push(`${message.type()}: ${text}`);
  });
  page.on("pageerror", (error) => collected.errors.push(`error: ${error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 400 && !collected.expected.has(response.status()))
      collected.errors.push(`${response.status()} ${response.url()}`);
  });
  collectedErrors.set(page, collected);
  return collected;
}

interface Fixtures {
  expectStatus: (...statuses: number[]) => void;
  openBrowser: (state?: StaffState) => Promise<Page>;
  staffState: StaffState;
}
export type StaffState = Awaited<ReturnType<BrowserContext["storageState"]>>;

export const test = base.extend<Fixtures, { program: Program; staff: StaffState }>({
  // data.ts and state.ts find the worker's program through the environment
  program: [
    async ({}, use) => {
      const program = await launch();
      try {
        Object.assign(process.env, { LOA_BASE: program.base, LOA_DATA_DIR: program.data });
        delete process.env.DATABASE_URL;
        // all tests write from one address, faster than the default limit
        const args = ["setting", "set", "limits.comments_per_address", "100000"];
        execFileSync(process.env.LOA_PROGRAM!, args, { env: program.environment });
        await use(program);
      } finally {
        await program.remove();
      }
    },
    { scope: "worker", auto: true, timeout: 120_000 },
  ],
  baseURL: async ({ program }, use) => use(program.base),
  // one sign-in for all tests, because sign-ins are limited
  staff: [
    async ({ browser, program }, use) => {
      const context = await browser.newContext({ baseURL: program.base, javaScriptEnabled: false });
      const page = await context.newPage();
      await signIn(page, "lan", demoPassword());
      await expect(account(page).deskHeading).toBeVisible();
      await use(await context.storageState());
      await context.close();
    },
    { scope: "worker" },
  ],
  staffState: async ({ staff }, use) => use(staff),
  page: async ({ page }, use) => {
    const { errors } = collectErrors(page);
    await use(page);
    expect(errors, "errors in the browser").toEqual([]);
  },
  expectStatus: async ({ page }, use) => use((...statuses) => expectStatusOn(page, ...statuses)),
  // a page in a separate browser context, signed in if a state is given
  openBrowser: async ({ browser, baseURL, contextOptions, javaScriptEnabled, viewport, hasTouch, isMobile }, use) => {
    const contexts: BrowserContext[] = [];
    const collected: { errors: string[] }[] = [];
    await use(async (storageState) => {
      const context = await browser.newContext({
        ...contextOptions,
        baseURL,
        javaScriptEnabled,
        viewport,
        hasTouch,
        isMobile,
        storageState,
      });
      contexts.push(context);
      const page = await context.newPage();
      collected.push(collectErrors(page));
      return page;
    });
    for (const context of contexts) await context.close();
    const errors = collected.flatMap(({ errors }) => errors);
    expect(errors, "errors in another browser").toEqual([]);
  },
});
const collectedErrors = new WeakMap<Page, ReturnType<typeof collectErrors>>();

/** Allows error statuses on a page of another browser; 0 stands for network errors. */
export function expectStatusOn(page: Page, ...statuses: number[]): void {
  statuses.forEach((status) => collectedErrors.get(page)!.expected.add(status));
}
export { expect };

/** The code that an authenticator app shows for a secret, `steps` times thirty seconds from now. */
export function authenticatorCode(secret: string, steps = 0): string {
  const bits = [...secret.replaceAll(" ", "")]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac("sha1", key).update(counter).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** Fails on any violation that the accessibility checks find. */
export async function audit(page: Page, rules: string[] = []): Promise<void> {
  // colours on their way to another scheme are those of no page that anybody reads
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const transitions = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    await Promise.allSettled(transitions.map((transition) => transition.finished));
  });
  const axe = new AxeBuilder({ page });
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await (rules.length > 0 ? axe.withRules(rules) : axe.withTags(tags)).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`)).toEqual([]);
}

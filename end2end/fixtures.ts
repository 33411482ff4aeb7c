// What every test has: a page that fails on whatever a browser complains of, and a program that its worker alone uses.
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

/** Complaints of a page's browser, but for statuses that a test asks for. */
export function watch(page: Page): { complaints: string[]; expected: Set<number> } {
  const watched = { complaints: [] as string[], expected: new Set<number>() };
  page.on("console", (message) => {
    const text = message.text();
    const status = /the server responded with a status of (\d+)/.exec(text);
    if (status && watched.expected.has(Number(status[1]))) return;
    // Chromium under load; harmless
    if (/was preloaded using link preload but not used within a few seconds/.test(text)) return;
    if (watched.expected.has(0) && /net::ERR_/.test(text)) return;
    if (message.type() === "error" || message.type() === "warning")
      watched.complaints.push(`${message.type()}: ${text}`);
  });
  page.on("pageerror", (error) => watched.complaints.push(`error: ${error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 400 && !watched.expected.has(response.status()))
      watched.complaints.push(`${response.status()} ${response.url()}`);
  });
  return watched;
}

interface Fixtures {
  expectStatus: (...statuses: number[]) => void;
  another: (state?: StaffState) => Promise<Page>;
  staffState: StaffState;
}
type StaffState = Awaited<ReturnType<BrowserContext["storageState"]>>;

export const test = base.extend<Fixtures, { program: Program; staff: StaffState }>({
  // a worker's own program, with a database of its own; data.ts and state.ts find it by the environment
  program: [
    async ({}, use) => {
      const program = await launch();
      try {
        Object.assign(process.env, { LOA_BASE: program.base, LOA_DATA_DIR: program.data });
        delete process.env.DATABASE_URL;
        // tests write from one address, faster than people do
        const words = ["setting", "set", "limits.comments_per_address", "100000"];
        execFileSync(process.env.LOA_PROGRAM!, words, { env: program.environment });
        await use(program);
      } finally {
        await program.remove();
      }
    },
    { scope: "worker", auto: true, timeout: 120_000 },
  ],
  baseURL: async ({ program }, use) => use(program.base),
  // one sign-in for all tests: tries are limited, as they are for everybody
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
    const watched = watch(page);
    watching.set(page, watched);
    await use(page);
    expect(watched.complaints, "the browser complained").toEqual([]);
  },
  expectStatus: async ({ page }, use) =>
    use((...statuses) => statuses.forEach((status) => watching.get(page)!.expected.add(status))),
  // a second person, on a phone of their own
  another: async ({ browser, baseURL, contextOptions, javaScriptEnabled, viewport, hasTouch, isMobile }, use) => {
    const contexts: BrowserContext[] = [];
    const all: { complaints: string[] }[] = [];
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
      const watched = watch(page);
      watching.set(page, watched);
      all.push(watched);
      return page;
    });
    for (const context of contexts) await context.close();
    expect(
      all.flatMap(({ complaints }) => complaints),
      "another's browser complained",
    ).toEqual([]);
  },
});
export const watching = new WeakMap<Page, ReturnType<typeof watch>>();
export { expect };

/** What an authenticator app shows for the secret that a page tells, `steps` times thirty seconds from now. */
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

export async function audit(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`)).toEqual([]);
}

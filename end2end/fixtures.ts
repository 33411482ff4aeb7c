// What every test has: a page that fails on whatever a browser complains of, and articles of its own.
import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, type Page, expect, test as base } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

export const MAIN_TITLE = "Phường Hiệp Ninh: Hội nghị triển khai Kế hoạch phối hợp liên ngành làm công tác dân vận đợt 1 năm 2023";
export const HELD = "Ý kiến của bạn đã được gửi và đang chờ duyệt";

export interface Article {
  id: number;
  path: string;
  title: string;
}

interface Comment {
  name?: string;
  body: string;
  state?: "held" | "published";
  parent?: number;
}

/** Runs SQL on the program's database and gives the first column of each row. */
export function sql(text: string): string[] {
  const out = execFileSync(process.env.LOA_PROGRAM!, ["database", "--", "sh", "-c", 'psql -X -q -t -A -v ON_ERROR_STOP=1 -c "$0" "$DATABASE_URL"', text], { encoding: "utf8" });
  return out.trim().split("\n").filter(Boolean);
}

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;

let made = 0;
/** A fresh article, so that no test meets another's votes. */
export function makeArticle(comments: Comment[] = [], { points = 122, ratings = 26 } = {}): Article {
  const title = `Bài thử số ${++made}-${process.pid}`;
  const slug = `bai-thu-so-${made}-${process.pid}`;
  const [id] = sql(
    `with a as (insert into articles (slug, title, category, lead, body, author, published_at, carried_views)
       values ('${slug}', '${title}', 'Tin thử', 'Mở đầu của bài thử.', '<p>${"Nội dung bài thử. ".repeat(40)}</p>', 'Quỳnh Yên', timestamptz '2020-01-01' + interval '1 minute' * ${made}, 183) returning id),
     r as (insert into rating_totals (article_id, carried_points, carried_ratings) select id, ${points}, ${ratings} from a),
     c as (insert into comment_totals (article_id) select id from a)
     select id from a`,
  );
  addComments(Number(id), comments);
  return { id: Number(id), path: `/tin-tuc/${slug}-${id}`, title };
}

/** Puts comments under an article as if they had been written and decided before; gives their numbers. */
export function addComments(article: number, comments: Comment[]): number[] {
  if (comments.length === 0) return [];
  const values = comments.map(({ name = "Nguyễn Văn Đức", body, state = "published", parent }) =>
    `(${article}, ${parent ?? "null"}, sha256(convert_to(gen_random_uuid()::text, 'UTF8')), ${quote(name)}, ${quote(body)}, sha256(convert_to(gen_random_uuid()::text, 'UTF8')), '${state}', 'test', ${state === "held" ? "null" : "now()"})`);
  return sql(
    `insert into consent_texts (version, text) values ('test', 'test') on conflict do nothing;
     with c as (insert into comments (article_id, parent_id, visitor, name, body, body_hash, state, consent_version, decided_at) values ${values.join(",")} returning id, state)
     select id from c order by id;
     update comment_totals set shown = (select count(*) from comments where article_id = ${article} and state = 'published') where article_id = ${article};
     notify desk`,
  ).map(Number);
}

export function mainArticle(): Article {
  const [row] = sql(`select id || ' ' || slug from articles where title = ${quote(MAIN_TITLE)}`);
  const [id, slug] = row.split(" ");
  return { id: Number(id), path: `/tin-tuc/${slug}-${id}`, title: MAIN_TITLE };
}

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
    if (message.type() === "error" || message.type() === "warning") watched.complaints.push(`${message.type()}: ${text}`);
  });
  page.on("pageerror", (error) => watched.complaints.push(`error: ${error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 400 && !watched.expected.has(response.status())) watched.complaints.push(`${response.status()} ${response.url()}`);
  });
  return watched;
}

interface Fixtures {
  expectStatus: (...statuses: number[]) => void;
  another: (state?: StaffState) => Promise<Page>;
  staffState: StaffState;
}
type StaffState = Awaited<ReturnType<BrowserContext["storageState"]>>;

export const test = base.extend<Fixtures, { staff: StaffState }>({
  baseURL: async ({}, use) => use(process.env.LOA_BASE!),
  // one sign-in for all tests: tries are limited, as they are for everybody
  staff: [
    async ({ browser }, use) => {
      const context = await browser.newContext({ baseURL: process.env.LOA_BASE!, javaScriptEnabled: false });
      const page = await context.newPage();
      await signIn(page, "lan", demoPassword());
      await expect(page.getByRole("heading", { name: "Bàn duyệt" })).toBeVisible();
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
  expectStatus: async ({ page }, use) => use((...statuses) => statuses.forEach((status) => watching.get(page)!.expected.add(status))),
  // a second person, on a phone of their own
  another: async ({ browser, contextOptions, javaScriptEnabled, viewport, hasTouch, isMobile }, use) => {
    const contexts: BrowserContext[] = [];
    const all: { complaints: string[] }[] = [];
    await use(async (storageState) => {
      const context = await browser.newContext({ ...contextOptions, baseURL: process.env.LOA_BASE!, javaScriptEnabled, viewport, hasTouch, isMobile, storageState });
      contexts.push(context);
      const page = await context.newPage();
      const watched = watch(page);
      watching.set(page, watched);
      all.push(watched);
      return page;
    });
    for (const context of contexts) await context.close();
    expect(all.flatMap(({ complaints }) => complaints), "another's browser complained").toEqual([]);
  },
});
export const watching = new WeakMap<Page, ReturnType<typeof watch>>();
export { expect };

export async function signIn(page: Page, name: string, password: string): Promise<void> {
  await page.goto("/quan-tri");
  await page.getByLabel("Tên đăng nhập").fill(name);
  await page.getByLabel("Mật khẩu").fill(password);
  await page.getByRole("button", { name: "Đăng nhập" }).click();
}

/** A member of staff of a test's own: tries to sign in are limited by name. */
export function makeStaff(name: string, role = "moderator"): string {
  const password = `mật khẩu của ${name}`;
  execFileSync(process.env.LOA_PROGRAM!, ["account", "create", name, "--display-name", `Anh ${name}`, "--role", role], { input: password });
  return password;
}

/** What an authenticator app shows for the secret that a page tells, `steps` times thirty seconds from now. */
export function authenticatorCode(secret: string, steps = 0): string {
  const bits = [...secret.replaceAll(" ", "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac("sha1", key).update(counter).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** Leaves nothing that waits, so that a test meets its own comments alone. */
export function emptyQueue(): void {
  sql("update comments set state = 'rejected', decided_at = now() - interval '1 day' where state in ('held', 'blocked')");
}

/** The page has been taken over by the browser's program and follows the stream. */
export async function alive(page: Page): Promise<void> {
  await expect(page.getByText("Đang cập nhật trực tiếp")).toBeVisible();
}

export async function fillComment(page: Page, { name = "Trần Thị Bích", body = "Mong phường sớm sửa đèn đường hẻm 12.", consent = true } = {}): Promise<void> {
  await page.getByLabel("Họ và tên").fill(name);
  await page.getByLabel("Nội dung", { exact: true }).fill(body);
  if (consent) await page.getByRole("checkbox").check();
}

export async function audit(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`)).toEqual([]);
}

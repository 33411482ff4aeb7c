// Creates test data through the program's `test-data` command, so that tests do not depend on the tables.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

export const MAIN_TITLE =
  "Phường Hiệp Ninh: Hội nghị triển khai Kế hoạch phối hợp liên ngành làm công tác dân vận đợt 1 năm 2023";

export interface Article {
  id: number;
  path: string;
  title: string;
}

export interface Comment {
  name?: string;
  body: string;
  state?: "pending" | "published";
  parent?: number;
  /** Why the comment needs a look, each with its range in the body. */
  reasons?: { kind: "personal" | "link"; at: { start: number; end: number } }[];
}

/** Runs a request on a program's site; by default that of the program that this worker tests. */
function runTestData(request: object, environment: NodeJS.ProcessEnv = process.env): any {
  const output = execFileSync(process.env.LOA_PROGRAM!, ["test-data"], {
    input: JSON.stringify(request),
    env: { ...environment, LOA_TEST_DATA: "1", LOA_LOG: "error" },
    encoding: "utf8",
  });
  return JSON.parse(output);
}

const toArticle = ({ id, slug }: { id: number; slug: string }, title: string): Article => ({
  id,
  path: `/tin-tuc/${slug}-${id}`,
  title,
});

let articleCount = 0;
/** Creates an article, so that no test sees the votes of another. */
export function makeArticle(comments: Comment[] = [], { points = 122, ratings = 26 } = {}): Article {
  const title = `Bài thử số ${++articleCount}-${process.pid}`;
  const slug = `bai-thu-so-${articleCount}-${process.pid}`;
  // published before the demo's articles, a minute apart
  const published = Date.UTC(2020, 0, 1) / 1000 + articleCount * 60;
  const article = toArticle(runTestData({ do: "make-article", title, slug, published, points, ratings }), title);
  addComments(article.id, comments);
  return article;
}

/** Creates an article with one comment and so many replies to it; returns their numbers, in order. */
export function makeConversation(count: number): { article: Article; top: number; replies: number[] } {
  const article = makeArticle();
  const [top] = addComments(article.id, [{ name: "Lê Thảo", body: "Khi nào thì có nước lại ạ?" }]);
  const bodies = Array.from({ length: count }, (_, n) => `Trả lời có đánh số ${n + 1}.`);
  return { article, top, replies: addComments(article.id, bodies.map((body) => ({ body, parent: top }))) };
}

/** Finds an article of the demo by its title. */
export function findArticle(title: string): Article {
  return toArticle(runTestData({ do: "find-article", title }), title);
}

export function mainArticle(): Article {
  return findArticle(MAIN_TITLE);
}

/** The secrets of the links to the writers' pages, by comment. */
const links = new Map<number, string>();
/** Adds comments to an article, pending or already published, and returns their ids. */
export function addComments(article: number, comments: Comment[]): number[] {
  if (comments.length === 0) return [];
  const added: { id: number; link: string | null }[] = runTestData({
    do: "make-comments",
    article,
    comments: comments.map(({ name = "Nguyễn Văn Đức", body, state = "published", parent = null, reasons = [] }) => ({
      name,
      body,
      parent,
      pending: state === "pending",
      reasons,
    })),
  });
  for (const { id, link } of added) if (link) links.set(id, link);
  return added.map(({ id }) => id);
}

/** The address of the page of a comment's writer. */
export function writersPage(comment: number): string {
  return `/y-kien-cua-toi/${links.get(comment)!}`;
}

/** Corrects a comment as its writer. */
export function correctComment(comment: number, body: string): void {
  runTestData({ do: "correct-comment", link: links.get(comment)!, body });
}

/** Withdraws a comment as its writer. */
export function withdrawComment(comment: number): void {
  runTestData({ do: "withdraw-comment", link: links.get(comment)! });
}

/** Moves the time at which a comment was sent back. */
export function ageComment(comment: number, minutes: number): void {
  runTestData({ do: "age-comment", comment, minutes });
}

/** Rejects all pending and blocked comments, so that a test finds only those that it adds. */
export function emptyQueue(): void {
  runTestData({ do: "empty-queue" });
}

/** Adds a vote of another visitor for each number of stars. */
export function addVotes(article: number, stars: number[], environment?: NodeJS.ProcessEnv): void {
  runTestData({ do: "make-votes", article, stars, suspicious: false }, environment);
}

/** Adds votes that look like those of a bot. */
export function addSuspiciousVotes(article: number, stars: number[]): void {
  runTestData({ do: "make-votes", article, stars, suspicious: true });
}

/** Reopens comments and ratings of an article. */
export function reopenArticle(article: number): void {
  runTestData({ do: "reopen-article", article });
}

/** Ends all sessions of an account as if they had expired. */
export function expireSessions(username: string): void {
  runTestData({ do: "expire-sessions", username });
}

/** Creates an account and returns its password. Each test needs another, because sign-ins are limited by account. */
export function makeStaff(name: string, role = "moderator"): string {
  const password = `mật khẩu của ${name}`;
  const args = ["account", "create", name, "--display-name", `Anh ${name}`, "--role", role];
  execFileSync(process.env.LOA_PROGRAM!, args, { input: password });
  return password;
}

/** Changes a setting as the administrator does on the command line; the running site follows by itself. */
export function changeSetting(key: string, value: string): void {
  execFileSync(process.env.LOA_PROGRAM!, ["setting", "set", key, value], { env: process.env });
}

/** Carries a small NukeViet site over, beside the running program: one article, 7001, with one comment. */
export function importOldSite(): { title: string; lead: string; name: string; comment: string } {
  const old = {
    title: "Đường hẻm 12: sửa xong trước mùa mưa",
    lead: "Phường bàn giao tuyến hẻm cho bà con.",
    name: "Bác Bảy Lúa",
    comment: "Cảm ơn phường & tổ thi công!",
  };
  const escaped = (text: string) => text.replace("&", "&amp;").replace("!", "&#33;").replace(":", "&#x3A;");
  const tables = {
    nv4_config: [["lang", "module", "config_name", "config_value"], ["sys", "global", "site_lang", "vi"],
      ["sys", "global", "rewrite_op_mod", "news"]],
    nv4_vi_modules: [["title", "module_file", "module_data", "module_upload", "weight", "act"],
      ["news", "news", "news", "news", 1, 1]],
    nv4_vi_news_cat: [["catid", "parentid", "title", "alias", "viewcat", "groups_view", "status"],
      [1, 0, "Tin của trang cũ", "tin-tuc", "", "6", 1]],
    nv4_vi_news_rows: [
      ["id", "catid", "listcatid", "author", "addtime", "publtime", "status", "title", "alias", "hometext",
        "allowed_comm", "allowed_rating", "hitstotal"],
      [7001, 1, "1", "An", 1500000000, 1500000000, 1, escaped(old.title), "duong-hem-12", old.lead, "6", 1, 12],
    ],
    nv4_vi_news_detail: [["id", "bodyhtml"], [7001, "<p>Nội dung.</p>"]],
    nv4_vi_comment: [["cid", "module", "id", "pid", "content", "post_time", "userid", "post_name", "status"],
      [1, "news", 7001, 0, escaped(old.comment), 1500001000, 0, old.name, 1]],
  };
  const quote = (value: string | number) => (typeof value === "number" ? value : `'${value.replaceAll("'", "''")}'`);
  const statements = Object.entries(tables).map(([table, [columns, ...rows]]) => {
    const values = rows.map((row) => `(${row.map(quote).join(",")})`).join(",\n");
    return `INSERT INTO \`${table}\` (\`${columns.join("`,`")}\`) VALUES\n${values};\n`;
  });
  const dump = path.join(process.env.LOA_DATA_DIR!, "old-site.sql");
  fs.writeFileSync(dump, statements.join(""));
  const environment = { ...process.env, LOA_LOG: "error" };
  execFileSync(process.env.LOA_PROGRAM!, ["import", "nukeviet", "--dump", dump], { env: environment });
  return old;
}

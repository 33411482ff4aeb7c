// Creates test data through the program's `test-data` command, so that tests do not depend on the tables.
import { execFileSync } from "node:child_process";

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

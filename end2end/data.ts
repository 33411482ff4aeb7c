// What tests put into their own program's database: the program makes it, so that the tables are its own affair.
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
  /** Why it needs a look, with the range of the body that it is about. */
  reasons?: { kind: "personal" | "link"; at: { start: number; end: number } }[];
}

/** Asks a program to make test data in its site; by default the program that this worker tests. */
function ask(request: object, environment: NodeJS.ProcessEnv = process.env): any {
  const out = execFileSync(process.env.LOA_PROGRAM!, ["test-data"], {
    input: JSON.stringify(request),
    env: { ...environment, LOA_TEST_DATA: "1", LOA_LOG: "error" },
    encoding: "utf8",
  });
  return JSON.parse(out);
}

const describe = ({ id, slug }: { id: number; slug: string }, title: string): Article => ({
  id,
  path: `/tin-tuc/${slug}-${id}`,
  title,
});

let made = 0;
/** A fresh article, so that no test meets another's votes. */
export function makeArticle(comments: Comment[] = [], { points = 122, ratings = 26 } = {}): Article {
  const title = `Bài thử số ${++made}-${process.pid}`;
  const slug = `bai-thu-so-${made}-${process.pid}`;
  // older than the demo's, a minute apart
  const published = Date.UTC(2020, 0, 1) / 1000 + made * 60;
  const article = describe(ask({ do: "make-article", title, slug, published, points, ratings }), title);
  addComments(article.id, comments);
  return article;
}

/** An article of the demo, by its title. */
export function findArticle(title: string): Article {
  return describe(ask({ do: "find-article", title }), title);
}

export function mainArticle(): Article {
  return findArticle(MAIN_TITLE);
}

const links = new Map<number, string>();
/** Puts comments under an article as if they had been written and decided before; gives their numbers. */
export function addComments(article: number, comments: Comment[]): number[] {
  if (comments.length === 0) return [];
  const added: { id: number; link: string | null }[] = ask({
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

/** A comment's writer corrects it. */
export function correctComment(comment: number, body: string): void {
  ask({ do: "correct-comment", link: links.get(comment)!, body });
}

/** A comment's writer withdraws it. */
export function withdrawComment(comment: number): void {
  ask({ do: "withdraw-comment", link: links.get(comment)! });
}

/** A comment was sent so many minutes ago. */
export function ageComment(comment: number, minutes: number): void {
  ask({ do: "age-comment", comment, minutes });
}

/** Leaves nothing that waits, so that a test meets its own comments alone. */
export function emptyQueue(): void {
  ask({ do: "empty-queue" });
}

/** Other visitors give these stars. */
export function addVotes(article: number, stars: number[], environment?: NodeJS.ProcessEnv): void {
  ask({ do: "make-votes", article, stars, suspicious: false }, environment);
}

/** The same, but they look like a program's. */
export function addSuspiciousVotes(article: number, stars: number[]): void {
  ask({ do: "make-votes", article, stars, suspicious: true });
}

/** Comments and ratings of an article are opened again. */
export function reopenArticle(article: number): void {
  ask({ do: "reopen-article", article });
}

/** The time of an account's sessions runs out. */
export function expireSessions(username: string): void {
  ask({ do: "expire-sessions", username });
}

/** A member of staff of a test's own: tries to sign in are limited by name. */
export function makeStaff(name: string, role = "moderator"): string {
  const password = `mật khẩu của ${name}`;
  const words = ["account", "create", name, "--display-name", `Anh ${name}`, "--role", role];
  execFileSync(process.env.LOA_PROGRAM!, words, { input: password });
  return password;
}

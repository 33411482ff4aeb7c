// What tests read from their own program's database where no page tells it. All of the tests' SQL is here, and none
// of it changes anything.
import { execFileSync } from "node:child_process";

/** Runs a query on the program's database and gives the first column of each row. */
function read(query: string): string[] {
  const script =
    'PGOPTIONS="-c default_transaction_read_only=on" psql -X -q -t -A -v ON_ERROR_STOP=1 -c "$0" "$DATABASE_URL"';
  const words = ["database", "--", "sh", "-c", script, query];
  return execFileSync(process.env.LOA_PROGRAM!, words, { encoding: "utf8" }).trim().split("\n").filter(Boolean);
}

/** The states of an article's comments, in the order in which they came. */
export function commentStates(article: number): string[] {
  return read(`select state from comments where article_id = ${article} order by id`);
}

/** How many of an article's comments wait. */
export function countPending(article: number): number {
  return commentStates(article).filter((state) => state === "pending").length;
}

/** State, version and note of a comment. */
export function decidedComment(comment: number): string {
  return read(`select state::text || ' ' || version || ' ' || note from comments where id = ${comment}`)[0];
}

/** The reasons that were given for an article's rejected comments, each once. */
export function rejectionNotes(article: number): string[] {
  return read(`select distinct note from comments where article_id = ${article} and state = 'rejected'`);
}

/** The names under an article's comments. */
export function commentNames(article: number): string[] {
  return read(`select name from comments where article_id = ${article} order by id`);
}

/** The text that the writer of an article's first comment consented to. */
export function consentText(article: number): string {
  return read(`select text from comments c join consent_texts t on t.version = c.consent_version
               where article_id = ${article} order by id`)[0];
}

/** How many comments have these letters anywhere in their rows. */
export function countCommentsWith(letters: string): number {
  return Number(read(`select count(*) from comments where position('${letters}' in comments::text) > 0`)[0]);
}

/** What staff did with an article, in order. */
export function actionsOnArticle(article: number): string[] {
  return read(`select action from audit where subject = 'article' and subject_id = ${article} order by number`);
}

/** What staff did with an article's comments, in order. */
export function actionsOnComments(article: number): string[] {
  const comments = `select id from comments where article_id = ${article}`;
  return read(`select action from audit where subject = 'comment' and subject_id in (${comments}) order by number`);
}

/** What staff did with the list of terms, in order. */
export function actionsOnTerms(): string[] {
  return read("select action from audit where subject = 'terms' order by number");
}

/** The stars of an article's votes. */
export function votes(article: number): number[] {
  return read(`select stars from votes where article_id = ${article}`).map(Number);
}

/** The counted visits of a page; 0 is the whole site. */
export function visits(page: number): number {
  return Number(read(`select visits from traffic_totals where page = ${page}`)[0] ?? 0);
}

/** The counted visits of the site, day by day added up. */
export function visitsOfAllDays(): number {
  return Number(read("select sum(visits) from traffic_days where page = 0")[0]);
}

// Reads from the program's database what no page shows. All SQL of the tests is here, and all of it only reads.
import { execFileSync } from "node:child_process";

/** Returns the first column of each row. */
function read(query: string): string[] {
  const script =
    'PGOPTIONS="-c default_transaction_read_only=on" psql -X -q -t -A -v ON_ERROR_STOP=1 -c "$0" "$DATABASE_URL"';
  const args = ["database", "--", "sh", "-c", script, query];
  return execFileSync(process.env.LOA_PROGRAM!, args, { encoding: "utf8" }).trim().split("\n").filter(Boolean);
}

/** The states of an article's comments, oldest first. */
export function commentStates(article: number): string[] {
  return read(`select state from comments where article_id = ${article} order by id`);
}

export function countPending(article: number): number {
  return commentStates(article).filter((state) => state === "pending").length;
}

/** A comment's state, version and note, separated by spaces. */
export function decidedComment(comment: number): string {
  return read(`select state::text || ' ' || version || ' ' || note from comments where id = ${comment}`)[0];
}

/** The reasons that were given for an article's rejected comments, each once. */
export function rejectionNotes(article: number): string[] {
  return read(`select distinct note from comments where article_id = ${article} and state = 'rejected'`);
}

/** The writers of an article's comments. */
export function commentNames(article: number): string[] {
  return read(`select name from comments where article_id = ${article} order by id`);
}

/** The text that the writer of an article's first comment consented to. */
export function consentText(article: number): string {
  return read(`select text from comments c join consent_texts t on t.version = c.consent_version
               where article_id = ${article} order by id`)[0];
}

/** Counts the comments with a text in any of their columns. */
export function countCommentsContaining(text: string): number {
  return Number(read(`select count(*) from comments where position('${text}' in comments::text) > 0`)[0]);
}

/** The audited actions on an article, in order. */
export function actionsOnArticle(article: number): string[] {
  return read(`select action from audit where subject = 'article' and subject_id = ${article} order by number`);
}

/** The audited actions on an article's comments, in order. */
export function actionsOnComments(article: number): string[] {
  const comments = `select id from comments where article_id = ${article}`;
  return read(`select action from audit where subject = 'comment' and subject_id in (${comments}) order by number`);
}

/** The audited actions on the list of terms, in order. */
export function actionsOnTerms(): string[] {
  return read("select action from audit where subject = 'terms' order by number");
}

/** The stars of an article's votes. */
export function votes(article: number): number[] {
  return read(`select stars from votes where article_id = ${article}`).map(Number);
}

/** The counted visits of an article; 0 is the whole site. */
export function visits(article: number): number {
  return Number(read(`select visits from traffic_totals where page = ${article}`)[0] ?? 0);
}

/** The sum of the daily visits of the whole site. */
export function visitsOfAllDays(): number {
  return Number(read("select sum(visits) from traffic_days where page = 0")[0]);
}

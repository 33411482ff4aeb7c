// Prints the medians of three Lighthouse runs on a page of each kind, for `make bench`.
import { execFileSync } from "node:child_process";
import { test } from "../fixtures.ts";
import { mainArticle } from "../data.ts";

// downloaded only when it is used, because it is larger than all other packages of the tests together
const LIGHTHOUSE = "lighthouse@12.8.2";
const FLAGS = "--headless=new --no-sandbox --disable-background-networking --disable-component-update --disable-sync";
const LABELS: Record<string, string> = {
  document: "html",
  stylesheet: "style",
  script: "script",
  image: "images",
  other: "other (wasm)",
  total: "all",
};

interface Report {
  categories: Record<string, { score: number | null }>;
  audits: Record<
    string,
    {
      id: string;
      score: number | null;
      numericValue?: number;
      displayValue?: string;
      title: string;
      details?: { items?: { resourceType: string; transferSize: number }[] };
    }
  >;
}

function runLighthouse(url: string): Report {
  const output = execFileSync(
    "npx",
    ["--yes", LIGHTHOUSE, url, "--quiet", "--output=json", "--output-path=stdout", `--chrome-flags=${FLAGS}`],
    {
      env: { ...process.env, CHROME_PATH: process.env.CHROMIUM },
      maxBuffer: 1 << 28,
      encoding: "utf8",
    },
  );
  return JSON.parse(output);
}

for (const [name, path] of [
  ["the front page", "/"],
  ["the main article", ""],
  ["a category", "/chuyen-muc/y-te"],
  ["the search", "/tim-kiem"],
  ["the documents", "/van-ban"],
] as const) {
  test(`Lighthouse: ${name}`, () => {
    test.setTimeout(300_000);
    const runs = [1, 2, 3].map(() => runLighthouse(process.env.LOA_BASE + (path || mainArticle().path)));
    const median = (values: number[]) => values.sort((a, b) => a - b)[1];
    const score = (category: string) =>
      Math.round(100 * median(runs.map((run) => run.categories[category].score ?? 0)));
    const figure = (audit: string) => median(runs.map((run) => run.audits[audit].numericValue ?? 0));
    console.log(
      `| Lighthouse, phone, ${name}: performance, accessibility, best practices, SEO | ${["performance", "accessibility", "best-practices", "seo"].map(score).join(", ")} | 98, 100, 100, 100 |`,
    );
    console.log(
      `| the same: largest paint, layout shift, blocking time | ${(figure("largest-contentful-paint") / 1000).toFixed(2)} s, ${figure("cumulative-layout-shift").toFixed(3)}, ${figure("total-blocking-time").toFixed(0)} ms | 1.5 s, 0, 0 |`,
    );
    const items = runs[0].audits["resource-summary"]?.details?.items ?? [];
    const weights = items
      .filter((item) => LABELS[item.resourceType] && item.transferSize > 0)
      .map((item) => `${LABELS[item.resourceType]} ${(item.transferSize / 1000).toFixed(0)} KB`);
    console.log(`| the same: bytes of a first visit | ${weights.join(", ")} | - |`);
    const low = Object.values(runs[0].audits).filter(({ score }) => score !== null && score < 0.9);
    for (const { id, displayValue, title } of low) console.log(`  (${id}: ${displayValue ?? title})`);
  });
}

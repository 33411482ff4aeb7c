// What Lighthouse says of the front page and the main article on a phone: the median of three. `make bench` prints it.
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { expect, mainArticle, test } from "../fixtures.ts";

const kinds = { document: "html", stylesheet: "style", script: "script", image: "images", fetch: "wasm", total: "all" } as Record<string, string>;

for (const [name, path] of [["the front page", "/"], ["the main article", ""]] as const) {
  test(`Lighthouse: ${name}`, async () => {
    test.setTimeout(300_000);
    const chrome = await launch({ chromePath: process.env.CHROMIUM, chromeFlags: ["--headless=new", "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
    try {
      const runs = [];
      for (let n = 0; n < 3; n++) {
        const result = await lighthouse(process.env.LOA_BASE + (path || mainArticle().path), { port: chrome.port, output: "json", logLevel: "error" });
        runs.push(result!.lhr);
      }
      const middle = (values: number[]) => values.sort((a, b) => a - b)[1];
      const score = (category: string) => Math.round(100 * middle(runs.map((run) => run.categories[category].score ?? 0)));
      const figure = (audit: string) => middle(runs.map((run) => run.audits[audit].numericValue ?? 0));
      const scores = ["performance", "accessibility", "best-practices", "seo"].map(score);
      console.log(`| Lighthouse, ${name}, phone: performance, accessibility, best practices, SEO | ${scores.join(", ")} | 95, 100, 100, 100 |`);
      console.log(`| largest paint, layout shift, blocking time | ${(figure("largest-contentful-paint") / 1000).toFixed(2)} s, ${figure("cumulative-layout-shift").toFixed(3)}, ${figure("total-blocking-time").toFixed(0)} ms | 1.5 s, 0, 0 |`);
      const items = (runs[0].audits["resource-summary"]?.details as any)?.items ?? [];
      const weights = items.filter((item: any) => kinds[item.resourceType] && item.transferSize > 0).map((item: any) => `${kinds[item.resourceType]} ${(item.transferSize / 1000).toFixed(0)} KB`);
      console.log(`| bytes of a first visit, ${name} | ${weights.join(", ")} | - |`);
      for (const run of [runs[0]]) for (const audit of Object.values(run.audits)) if (audit.score !== null && audit.score < 0.9) console.log(`  (${audit.id}: ${audit.displayValue ?? audit.title})`);
      expect(scores[1]).toBe(100);
    } finally {
      chrome.kill();
    }
  });
}

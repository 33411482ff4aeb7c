// What pages say about themselves in schema.org's terms compiles against the published types of these terms.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { mainArticle } from "../data.ts";
import { expect, test } from "../fixtures.ts";
import { site } from "../pages/site.ts";

test("structured data compiles against the types of schema.org, and no term is one that they do not know", async ({ page }) => {
  const statements: string[] = [];
  for (const address of ["/", mainArticle().path]) {
    await page.goto(address);
    for (const text of await site(page).structuredData.allTextContents()) {
      const data = JSON.parse(text);
      // a term of search engines and not of schema.org
      for (const { potentialAction } of data["@graph"] ?? []) {
        if (!potentialAction) continue;
        expect(potentialAction["query-input"]).toBe("required name=q");
        delete potentialAction["query-input"];
      }
      const type = data["@graph"] ? "Graph" : `WithContext<${data["@type"]}>`;
      statements.push(`export const data${statements.length}: ${type} = ${JSON.stringify(data)};`);
    }
  }
  expect(statements.length, "the site with its search, an article and the way to it").toBe(3);
  // beside the packages, where the compiler finds the types
  const results = path.join(import.meta.dirname, "../results");
  fs.mkdirSync(results, { recursive: true });
  const folder = fs.mkdtempSync(path.join(results, "structured-"));
  const file = path.join(folder, "data.ts");
  const types = 'import type { BreadcrumbList, Graph, NewsArticle, WithContext } from "schema-dts";\n';
  fs.writeFileSync(file, types + statements.join("\n"));
  const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--skipLibCheck", "--types", "node"];
  try {
    execFileSync(process.execPath, [compiler, ...options, file], { stdio: "pipe", encoding: "utf8", cwd: path.join(results, "..") });
    // a term that nobody knows is refused, so that the check above says something
    fs.writeFileSync(file, (types + statements.join("\n")).replace("headline", "headlines"));
    expect(() => execFileSync(process.execPath, [compiler, ...options, file], { stdio: "pipe", cwd: path.join(results, "..") })).toThrow();
  } catch (error) {
    throw new Error((error as { stdout?: string }).stdout ?? String(error));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

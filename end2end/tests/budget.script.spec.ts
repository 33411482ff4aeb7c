// What a first visit to the demo article weighs, as it travels. The limits are the product's.
import { expect, test } from "../fixtures.ts";
import { mainArticle } from "../data.ts";
import { alive } from "../pages/article.ts";

test("a first visit keeps to its limits, and everything but the page is kept for good", async ({ page }) => {
  const weights: Record<string, number> = {};
  const client = await page.context().newCDPSession(page);
  await client.send("Network.enable");
  const kinds = new Map<string, string>();
  const header = (headers: Record<string, string>, name: string) =>
    Object.entries(headers).find(([known]) => known.toLowerCase() === name)?.[1];
  client.on("Network.responseReceived", ({ requestId, response }) => {
    const kind = response.mimeType.includes("wasm")
      ? "wasm"
      : response.mimeType.includes("javascript")
        ? "script"
        : response.mimeType.includes("css")
          ? "style"
          : response.mimeType.includes("html")
            ? "html"
            : "";
    if (!kind) return;
    expect(header(response.headers, "content-encoding"), response.url).toBe("br");
    const length = header(response.headers, "content-length");
    // a file says its length; a page is compressed on its way, and is counted with its headers
    if (length) weights[kind] = (weights[kind] ?? 0) + Number(length);
    else kinds.set(requestId, kind);
    if (kind !== "html") {
      expect(response.url).toMatch(/\/pkg-[0-9a-f]{12}\//);
      expect(header(response.headers, "cache-control")).toBe("public, max-age=31536000, immutable");
    }
  });
  client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId);
    if (kind) weights[kind] = (weights[kind] ?? 0) + encodedDataLength;
  });
  const others: string[] = [];
  page.on("response", async (response) => {
    const path = new URL(response.url()).pathname;
    if (path.startsWith("/tin-tuc/") || path === "/truc-tiep") return;
    if (response.headers()["cache-control"] !== "public, max-age=31536000, immutable") others.push(path);
  });
  await page.goto(mainArticle().path);
  await alive(page);
  await expect.poll(() => Object.keys(weights).sort()).toEqual(["html", "script", "style", "wasm"]);
  console.log("first visit, bytes:", weights);
  expect(others, "everything but the page is named by its hash and kept for good").toEqual([]);
  expect(weights.wasm).toBeLessThan(200_000);
  expect(weights.script).toBeLessThan(12_000);
  expect(weights.style).toBeLessThan(10_000);
  expect(weights.html).toBeLessThan(12_000);
});

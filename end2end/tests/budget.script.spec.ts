// What a first visit to the demo article weighs, as it travels. The limits are the product's.
import { alive, expect, mainArticle, test } from "../fixtures.ts";

test("a first visit keeps to its limits, and everything but the page is kept for good", async ({ page }) => {
  const weights: Record<string, number> = {};
  const client = await page.context().newCDPSession(page);
  await client.send("Network.enable");
  const kinds = new Map<string, string>();
  client.on("Network.responseReceived", ({ requestId, response }) => {
    const kind = response.mimeType.includes("wasm") ? "wasm" : response.mimeType.includes("javascript") ? "script" : response.mimeType.includes("css") ? "style" : response.mimeType.includes("html") ? "html" : "";
    if (!kind) return;
    kinds.set(requestId, kind);
    expect(response.headers["content-encoding"] ?? response.headers["Content-Encoding"], response.url).toBe("br");
    if (kind !== "html") {
      expect(response.url).toMatch(/\/pkg-[0-9a-f]{12}\//);
      expect(response.headers["cache-control"] ?? response.headers["Cache-Control"]).toBe("public, max-age=31536000, immutable");
    }
  });
  client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId);
    if (kind) weights[kind] = (weights[kind] ?? 0) + encodedDataLength;
  });
  await page.goto(mainArticle().path);
  await alive(page);
  await expect.poll(() => Object.keys(weights).sort()).toEqual(["html", "script", "style", "wasm"]);
  console.log("first visit, bytes with headers:", weights);
  expect(weights.wasm).toBeLessThan(200_000);
  expect(weights.script).toBeLessThan(12_000);
  expect(weights.style).toBeLessThan(10_000);
  expect(weights.html).toBeLessThan(12_000);
});

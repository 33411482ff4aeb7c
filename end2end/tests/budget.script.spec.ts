// Limits the compressed size of a first visit to the main article.
import { expect, openDeskOf, test } from "../fixtures.ts";
import { mainArticle } from "../data.ts";
import { waitUntilLive } from "../pages/site.ts";
import { QUEUE } from "../pages/desk.ts";
import { ARTICLES, writing } from "../pages/writing.ts";

test("a first visit stays within its size limits, and its files are cached permanently", async ({ page }) => {
  const bytes: Record<string, number> = {};
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
    // pages are compressed while they are sent and have no length, so they are counted with their headers
    if (length) bytes[kind] = (bytes[kind] ?? 0) + Number(length);
    else kinds.set(requestId, kind);
    if (kind !== "html") {
      expect(response.url).toMatch(/\/pkg-[0-9a-f]{12}\//);
      expect(header(response.headers, "cache-control")).toBe("public, max-age=31536000, immutable");
    }
  });
  client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId);
    if (kind) bytes[kind] = (bytes[kind] ?? 0) + encodedDataLength;
  });
  const uncached: string[] = [];
  page.on("response", async (response) => {
    const path = new URL(response.url()).pathname;
    if (path.startsWith("/tin-tuc/") || path === "/truc-tiep") return;
    // a picture may be taken back
    const caching = path.startsWith("/anh/") ? "public, max-age=86400, s-maxage=60" : "public, max-age=31536000, immutable";
    if (response.headers()["cache-control"] !== caching) uncached.push(path);
  });
  await page.goto(mainArticle().path);
  await waitUntilLive(page);
  await expect.poll(() => Object.keys(bytes).sort()).toEqual(["html", "script", "style", "wasm"]);
  console.log("first visit, bytes:", bytes);
  expect(uncached, "all files but the page are addressed by hash and kept").toEqual([]);
  expect(bytes.wasm).toBeLessThan(190_000);
  expect(bytes.script).toBeLessThan(12_000);
  expect(bytes.style).toBeLessThan(12_000);
  expect(bytes.html).toBeLessThan(9_000);
});

test("the editor is downloaded on its own page alone, and is within its budget", async ({ openBrowser }) => {
  const page = await openDeskOf(openBrowser, "mai");
  const sizes: number[] = [];
  const client = await page.context().newCDPSession(page);
  const editors = new Set<string>();
  await client.send("Network.enable");
  client.on("Network.responseReceived", ({ requestId, response }) => {
    if (/\/editor\.js$/.test(response.url)) editors.add(requestId);
  });
  client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (editors.has(requestId)) sizes.push(encodedDataLength);
  });
  await page.goto(ARTICLES);
  await waitUntilLive(page);
  expect(editors.size, "the list needs no editor").toBe(0);
  await writing(page).begin.click();
  await expect(writing(page).editor).toBeVisible();
  await expect.poll(() => sizes.length).toBe(1);
  console.log("editor, bytes:", sizes[0]);
  expect(sizes[0]).toBeLessThan(180_000);
});

test("the comments room with the desk around it is within its budget, and readers load none of it", async ({
  openBrowser,
  staffState,
}) => {
  const page = await openBrowser(staffState);
  const sizes = new Map<string, number>();
  page.on("response", (response) => {
    const name = new URL(response.url()).pathname.split("/").pop()!;
    if (name.endsWith(".wasm")) sizes.set(name, Number(response.headers()["content-length"]));
  });
  await page.goto(mainArticle().path);
  await waitUntilLive(page);
  expect([...sizes.keys()]).toEqual(["loa.wasm"]);
  await page.goto(QUEUE);
  await waitUntilLive(page);
  sizes.delete("loa.wasm");
  const size = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  console.log("comments room, bytes:", size);
  expect(size).toBeGreaterThan(50_000);
  expect(size).toBeLessThanOrEqual(100_000);
});

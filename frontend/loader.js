// Loads the wasm after the page and its pictures, so that it does not compete with them on a slow connection. A slow
// picture delays it by at most four seconds. The file lies beside the other files of the same build.
import * as drafts from "./page/drafts.js";
import * as live from "./page/live.js";
import * as scroll from "./page/scroll.js";
import "./page/display.js";
import "./page/replies.js";
import "./page/search.js";
import "./page/video.js";

// what the program calls; see app/src/web/page_script.rs
window.loa = { ...drafts, ...live, ...scroll };

let started = false;
const start = () => {
  if (started) return;
  started = true;
  const wasm = fetch(new URL("loa.wasm", import.meta.url));
  import(new URL("loa.js", import.meta.url)).then(async (loa) => {
    await loa.default({ module_or_path: wasm });
    setTimeout(loa.hydrate);
  });
};
// A star that is pressed meanwhile is marked, so that the program gives it; one that was reached by keys is not.
addEventListener("click", (event) => {
  if (event.detail && event.target.matches(".star input")) event.target.dataset.pressed = "";
});
// `Báo lỗi bài viết` takes along the words of the article that were marked. A touch may unmark them before it counts.
let [marked, markedAt] = ["", ""];
document.addEventListener("selectionchange", () => {
  const selection = getSelection();
  const inText = selection.anchorNode?.parentElement?.closest("article");
  if (inText && !selection.isCollapsed) [marked, markedAt] = [selection.toString().trim().slice(0, 500), location.pathname];
  else if (inText) setTimeout(() => getSelection().isCollapsed && (marked = ""), 1000);
});
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-quotes]");
  if (link && marked && markedAt === location.pathname) link.search = new URLSearchParams({ doan: marked });
}, true);
const startAfterPaint = () => requestAnimationFrame(() => setTimeout(start));
// Who saves data gets the program with the first touch of the page, which works without it.
if (navigator.connection?.saveData) for (const type of ["pointerdown", "keydown", "focusin"]) addEventListener(type, start);
else if (document.readyState === "complete") startAfterPaint();
else addEventListener("load", startAfterPaint);
if (!navigator.connection?.saveData) setTimeout(start, 4000);

// During development (`make dev`), pages reload when the program has restarted.
const stream = document.querySelector("meta[name=reload]")?.content;
if (stream) {
  let opened = 0;
  new EventSource(stream).onopen = () => {
    if (opened++) location.reload();
  };
}

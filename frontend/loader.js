// Starts the program once everything that one sees has arrived, so that text and pictures share a slow line with
// nothing else. A picture that hangs delays it by four seconds at most. It stands beside the other files of its build.
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
const startAfterPaint = () => requestAnimationFrame(() => setTimeout(start));
if (document.readyState === "complete") startAfterPaint();
else addEventListener("load", startAfterPaint);
setTimeout(start, 4000);

// During development (`make dev`), pages reload themselves when the program was started again.
const stream = document.querySelector("meta[name=reload]")?.content;
if (stream) {
  let opened = 0;
  new EventSource(stream).onopen = () => {
    if (opened++) location.reload();
  };
}

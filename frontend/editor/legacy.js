// Finds text of old encodings in HTML that was pasted or read from a Word file, and offers it in Unicode.
import { NAMES, decode, encodingOfFont, guessEncoding } from "./encodings.js";

/** How much of the text is shown before and after. */
const SAMPLE = 70;

/** Marks an element with the old encoding that its font says. */
export function markFont(element, font) {
  const found = encodingOfFont(font);
  if (found) element.dataset.legacy = `${found.encoding}${found.capitals ? " capitals" : ""}`;
}

/**
 * Reads which parts of a text are in an old encoding: those whose font says so, or, where no font says anything, all of
 * it, judged by its letters. The marks of fonts are taken away.
 * @returns {{ html: string, name: string, before: string, after: string } | null} the HTML in Unicode, what the encoding
 *   is called, and how the text begins before and after; `null` where all of it is Unicode
 */
export function readLegacy(body) {
  const copy = body.cloneNode(true);
  const nodes = [];
  const walker = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) nodes.push(node);
  const fontOf = (node) => node.parentElement.closest("[data-legacy]")?.dataset.legacy ?? "";
  const fonts = nodes.map(fontOf);
  const hasFonts = fonts.some(Boolean);
  const named = hasFonts ? nodes.filter((_, place) => fonts[place]) : nodes;
  const guess = guessEncoding(named.map((node) => node.data).join(" "));
  // a font's name alone is not enough: the text may have been converted before, and the name have stayed
  if (!guess) return null;
  const [before, after] = [[], []];
  for (const [place, node] of nodes.entries()) {
    if (hasFonts && !fonts[place]) continue;
    const written = decode(node.data, guess, fonts[place].endsWith("capitals"));
    if (written === node.data) continue;
    before.push(node.data.trim());
    after.push(written.trim());
    node.data = written;
  }
  unmark(copy);
  return { html: copy.innerHTML, name: NAMES[guess], before: cut(before), after: cut(after) };
}

/** Takes the marks of fonts away. */
export function unmark(body) {
  for (const element of body.querySelectorAll("[data-legacy]")) element.removeAttribute("data-legacy");
}

function cut(parts) {
  const text = parts.join(" ");
  return text.length > SAMPLE ? `${text.slice(0, SAMPLE).trimEnd()}…` : text;
}

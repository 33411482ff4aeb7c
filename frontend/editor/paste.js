// Cleans what is pasted from Word and Google Docs before the editor reads it: lists become lists, headings fit, and
// nothing of their fonts and colours stays.

import { markFont, readLegacy, unmark } from "./legacy.js";

/**
 * @returns {{ html: string, legacy: object | null, lostPictures: number }} the cleaned HTML, the same in Unicode where it
 *   is in an old encoding, and how many pictures it names elsewhere. Pictures of a file that was read stay, by number
 */
export function cleanPasted(html) {
  const page = new DOMParser().parseFromString(disarm(html), "text/html");
  const body = page.body;
  const comments = page.createNodeIterator(body, NodeFilter.SHOW_COMMENT);
  const found = [];
  for (let comment = comments.nextNode(); comment; comment = comments.nextNode()) found.push(comment);
  for (const comment of found) comment.remove();
  for (const element of body.querySelectorAll("style, script, meta, link, xml, title")) element.remove();
  unwrapDocs(body);
  joinLists(page, body);
  markStyles(page, body);
  for (const element of body.querySelectorAll("[data-style]")) markFont(element, styleOf(element, "font-family"));
  for (const element of body.querySelectorAll("font[face]")) markFont(element, element.getAttribute("face"));
  for (const element of [...body.querySelectorAll("*")]) {
    // Word's own elements have names of their own: o:p
    const isForeign = element.localName.includes(":") || element.localName === "font";
    if (isForeign && !element.dataset.legacy) element.replaceWith(...element.childNodes);
  }
  rename(page, body, "h1", "h2");
  rename(page, body, "h4, h5, h6", "h3");
  const pictures = [...body.querySelectorAll("img:not([data-picture], [src^='picture:'])")];
  for (const picture of pictures) picture.remove();
  for (const element of body.querySelectorAll("[data-style]")) element.removeAttribute("data-style");
  for (const paragraph of body.querySelectorAll("p, h2, h3")) {
    if (!paragraph.textContent.trim() && !paragraph.querySelector("img")) paragraph.remove();
  }
  const legacy = readLegacy(body);
  unmark(body);
  return { html: body.innerHTML, legacy, lostPictures: pictures.length };
}

/** Removes and renames what the page's policy forbids: reading HTML that has it is reported as a violation. */
function disarm(html) {
  const plain = html.replace(/<(style|script)\b[\s\S]*?<\/\1\s*>/gi, "");
  return plain.replace(/<[a-z][^>]*>/gi, (tag) =>
    tag.replace(/\sstyle\s*=/gi, " data-style=").replace(/\son[a-z]+\s*=/gi, " data-event="),
  );
}

/** The value of a property that an element's renamed style has. */
function styleOf(element, property) {
  const style = element.dataset.style ?? "";
  return new RegExp(`(?:^|;)\\s*${property}\\s*:\\s*([^;]+)`, "i").exec(style)?.[1].trim() ?? "";
}

/** Google Docs puts everything into a bold element that is not bold. */
function unwrapDocs(body) {
  for (const wrapper of body.querySelectorAll("b[id^='docs-internal-guid']")) wrapper.replaceWith(...wrapper.childNodes);
  for (const bold of body.querySelectorAll("b, strong")) {
    if (/^(normal|400)$/.test(styleOf(bold, "font-weight"))) bold.replaceWith(...bold.childNodes);
  }
}

/** Bold and italic that are only styles become elements. */
function markStyles(page, body) {
  for (const span of [...body.querySelectorAll("span[data-style]")]) {
    const isBold = /^(bold|[6-9]00)$/.test(styleOf(span, "font-weight"));
    const isItalic = styleOf(span, "font-style") === "italic";
    for (const name of [isBold && "strong", isItalic && "em"]) {
      if (!name || span.closest(name)) continue;
      const mark = page.createElement(name);
      mark.append(...span.childNodes);
      span.append(mark);
    }
  }
}

/**
 * Paragraphs that Word marks as items of a list become one, where a list can say their marks: bullets and plain numbers.
 * Every other mark stays as text: "Điều 1." and "a)" are what other sentences refer to.
 */
function joinLists(page, body) {
  for (const first of [...body.querySelectorAll("p, div, h1, h2, h3, h4, h5, h6")]) {
    if (!first.parentNode || !level(first)) continue;
    if (!listOf(first)) {
      markOf(first)?.replaceWith(`${markText(first)} `);
      continue;
    }
    const open = [];
    for (let item = first, next; item && listOf(item); item = next) {
      next = item.nextElementSibling;
      const name = listOf(item);
      const depth = Math.min(level(item), open.length + 1);
      open.length = Math.min(open.length, depth);
      if (open.length === depth && open.at(-1).localName !== name) open.pop();
      if (open.length < depth) {
        const list = page.createElement(name);
        const number = parseInt(markText(item), 10);
        if (number > 1) list.setAttribute("start", number);
        const parent = open.at(-1)?.lastElementChild;
        if (parent) parent.append(list);
        else item.before(list);
        open.push(list);
      }
      markOf(item)?.remove();
      const entry = page.createElement("li");
      entry.append(...item.childNodes);
      open.at(-1).append(entry);
      item.remove();
    }
  }
}

/** How deep an item stands; 0 for what is none. */
function level(item) {
  return Number(/level(\d+)/.exec(styleOf(item, "mso-list"))?.[1] ?? 0);
}

/** The bullet or the number that Word writes as text. */
function markOf(item) {
  return [...item.querySelectorAll("span")].find((span) => /^ignore$/i.test(styleOf(span, "mso-list")));
}

function markText(item) {
  return markOf(item)?.textContent.trim() ?? "";
}

/** The list that can say an item's mark: "ul", "ol" or none. */
function listOf(item) {
  if (!level(item) || /^h\d$/.test(item.localName)) return "";
  const mark = markText(item);
  if (/^\d{1,3}[.)]$/.test(mark)) return "ol";
  // Word's hollow bullet is a letter of another font
  return mark === "o" || !/[\p{L}\p{N}]/u.test(mark) ? "ul" : "";
}

function rename(page, body, from, to) {
  for (const element of body.querySelectorAll(from)) {
    const renamed = page.createElement(to);
    renamed.append(...element.childNodes);
    element.replaceWith(renamed);
  }
}

// Cleans what is pasted from Word and Google Docs before the editor reads it: lists become lists, headings fit, and
// nothing of their fonts and colours stays.

/** @returns {{ html: string, lostPictures: number }} the cleaned HTML, and how many pictures it names elsewhere */
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
  for (const element of [...body.querySelectorAll("*")]) {
    // Word's own elements have names of their own: o:p
    if (element.localName.includes(":") || element.localName === "font") element.replaceWith(...element.childNodes);
  }
  rename(page, body, "h1", "h2");
  rename(page, body, "h4, h5, h6", "h3");
  const pictures = [...body.querySelectorAll("img:not([data-picture])")];
  for (const picture of pictures) picture.remove();
  for (const element of body.querySelectorAll("[data-style]")) element.removeAttribute("data-style");
  for (const paragraph of body.querySelectorAll("p, h2, h3")) {
    if (!paragraph.textContent.trim() && !paragraph.querySelector("img")) paragraph.remove();
  }
  return { html: body.innerHTML, lostPictures: pictures.length };
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

/** Paragraphs that Word marks as items of a list become one. */
function joinLists(page, body) {
  const level = (item) => Number(/level(\d+)/.exec(item ? styleOf(item, "mso-list") : "")?.[1] ?? 0);
  for (const first of [...body.querySelectorAll("p, h1, h2, h3, div")]) {
    if (!level(first) || !first.parentNode) continue;
    const open = [];
    let item = first;
    while (level(item)) {
      const next = item.nextElementSibling;
      const mark = takeMark(item);
      const ordered = /^\(?[0-9a-zA-Z]{1,4}[.)]/.test(mark.trim());
      const depth = Math.min(level(item), open.length + 1);
      open.length = Math.min(open.length, depth);
      if (open.length < depth) {
        const list = page.createElement(ordered ? "ol" : "ul");
        const parent = open.at(-1)?.lastElementChild;
        if (parent) parent.append(list);
        else item.before(list);
        open.push(list);
      }
      const entry = page.createElement("li");
      entry.append(...item.childNodes);
      open.at(-1).append(entry);
      item.remove();
      item = next;
    }
  }
}

/** Removes the bullet or the number that Word writes as text, and returns it. */
function takeMark(item) {
  const mark = [...item.querySelectorAll("span")].find((span) => /^ignore$/i.test(styleOf(span, "mso-list")));
  const text = mark?.textContent ?? "";
  mark?.remove();
  return text;
}

function rename(page, body, from, to) {
  for (const element of body.querySelectorAll(from)) {
    const renamed = page.createElement(to);
    renamed.append(...element.childNodes);
    element.replaceWith(renamed);
  }
}

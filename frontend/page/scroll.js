// Restores the scroll position when a reader goes back: the content arrives after the address changed, so the browser
// alone cannot.

const seen = new Map();
let wanted;
let isFirst = true;

const record = () => seen.set(location.href, scrollY);
addEventListener("scroll", record);
// a scroll is told with the next frame, when a link that was pressed meanwhile has changed the address
addEventListener("click", record, true);
addEventListener("popstate", () => {
  wanted = seen.get(location.href);
});

/** Whether something on the page has the focus. */
export const hasFocus = () => !!document.activeElement && document.activeElement !== document.body;

/**
 * Scrolls to the recorded position, or to what the address points at. On every page but the first the focus moves to the
 * content as well, as loading a page would have moved it.
 */
export function restoreScroll() {
  const first = isFirst;
  isFirst = false;
  // somebody was faster than the program: they are where they want to be
  if (first && hasFocus()) return;
  if (!first) document.getElementById("noi-dung")?.focus({ preventScroll: true });
  const y = wanted;
  wanted = undefined;
  requestAnimationFrame(() => {
    if (y !== undefined) return scrollTo(0, y);
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target) {
      target.scrollIntoView();
      // the line that says what was done, or the list of errors
      if (target.hasAttribute("tabindex")) target.focus();
    } else if (!first) scrollTo(0, 0);
  });
}

/** Moves the focus to an element once it is laid out. */
export function focusLater(selector) {
  requestAnimationFrame(() => {
    const element = document.querySelector(selector);
    if (element?.tabIndex < 0) element.setAttribute("tabindex", "-1");
    element?.focus();
  });
}

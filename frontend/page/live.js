// What the stream says about those parts of a page that are plain HTML: the four figures at the foot, and how many
// articles are newer than those that the front page shows. The program follows the topics and hands over their states.

import { showNotices } from "./notices.js";
import { offerSharing } from "./share.js";

const states = new Map();
const pauseFigures = () => document.getElementById("giu-so-lieu");

// a topic's name, and what shows its state
const shown = {
  "thong-bao": showNotices,
  "so-lieu": (figures) => {
    if (pauseFigures()?.getAttribute("aria-pressed") === "true") return;
    figures.split(" ").forEach((figure, index) => {
      const element = document.getElementById(`so-${index}`);
      if (element) element.textContent = figure;
    });
  },
  "tin-moi": (newest) => {
    const button = document.getElementById("tin-moi-hon");
    if (!button) return;
    const known = button.dataset.shown.split(" ");
    const ids = newest.split(" ").filter(Boolean);
    const end = ids.findIndex((id) => known.includes(id));
    const count = end < 0 ? ids.length : end;
    if (count) button.firstElementChild.textContent = `${count} tin mới`;
    // what was new may be withdrawn
    button.hidden = !count;
  },
};

/** Shows a new state of a topic. */
export function showTopic(topic, state) {
  states.set(topic, state);
  shown[topic]?.(state);
}

/** Shows the known states on a page that was opened. */
export function showTopics() {
  for (const [topic, state] of states) shown[topic]?.(state);
  offerSharing();
  const button = pauseFigures();
  if (!button?.hidden) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
  });
}

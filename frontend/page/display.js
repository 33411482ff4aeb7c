// Size, contrast and width of text, as the reader chose them. The document's head applies them before anything is painted.

const KEY = "loa-hien-thi";
const SIZES = [100, 115, 130, 150, 175, 200];
const root = document.documentElement;

const chosen = () => (root.dataset.display ?? "").split(" ").filter(Boolean);
const size = () => SIZES.findLast((size) => chosen().includes(`${size}`)) ?? 100;

function choose(next) {
  const text = next.join(" ");
  if (text) root.dataset.display = text;
  else delete root.dataset.display;
  try {
    if (text) localStorage.setItem(KEY, text);
    else localStorage.removeItem(KEY);
  } catch {
    // it holds for this page alone
  }
  show();
}

function show() {
  for (const button of document.querySelectorAll("[data-toggle]")) {
    button.setAttribute("aria-pressed", chosen().includes(button.dataset.toggle));
  }
  const status = document.querySelector(".display-sizes [role=status]");
  if (status) status.textContent = `${size()} %`;
}

addEventListener("click", (event) => {
  const menu = document.querySelector(".header-panel[open]");
  if (menu && (!menu.contains(event.target) || event.target.closest(".panel a"))) menu.open = false;
  const button = event.target.closest?.("[data-size], [data-toggle]");
  if (!button) return;
  const { size: step, toggle } = button.dataset;
  const others = chosen().filter((name) => !/^\d+$/.test(name));
  if (toggle) {
    const kept = others.filter((name) => name !== toggle);
    choose([...(size() > 100 ? [`${size()}`] : []), ...kept, ...(others.includes(toggle) ? [] : [toggle])]);
  } else {
    const next = step === "0" ? 100 : (SIZES[SIZES.indexOf(size()) + Number(step)] ?? size());
    choose([...(next > 100 ? [`${next}`] : []), ...others]);
  }
});
addEventListener("keydown", (event) => {
  const menu = document.querySelector(".header-panel[open]");
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
for (const part of document.querySelectorAll(".display-choices [hidden]")) part.hidden = false;
show();

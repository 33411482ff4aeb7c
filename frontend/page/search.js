// Answers a search while it is being typed: the results of the same page, fetched as a link would.
let [waiting, asked] = [0, null];

const pageOf = (form) => {
  const chosen = [...new FormData(form)].filter(([, value]) => value);
  return `${form.action}?${new URLSearchParams(chosen)}`;
};

async function answer(form) {
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  const address = pageOf(form);
  try {
    const response = await fetch(address, { signal, headers: { accept: "text/html" } });
    // too many at once: the button asks again
    if (!response.ok) return;
    const next = new DOMParser().parseFromString(await response.text(), "text/html");
    document.getElementById("ket-qua").innerHTML = next.getElementById("ket-qua").innerHTML;
    document.title = next.title;
    history.replaceState(history.state, "", address);
  } catch {
    // a newer search is on its way, or the line is lost: the button still works
  }
}

// a syllable that is still being composed is no word yet
for (const type of ["input", "compositionend"]) {
  addEventListener(type, (event) => {
    const form = event.target.closest?.("form[data-search]");
    if (!form) return;
    clearTimeout(waiting);
    if (!event.isComposing) waiting = setTimeout(answer, 300, form);
  });
}

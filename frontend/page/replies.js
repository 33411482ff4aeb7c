// Opens the replies that follow those below a comment in place: those of the page to which their link leads.
addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-replies]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  const comment = link.closest("li");
  try {
    const response = await fetch(link.href, { headers: { accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById(comment.id);
    const isNew = ({ id }) => !document.getElementById(id);
    const later = [...fresh.querySelectorAll(".replies > li")].filter(isNew);
    // a reply of one's own that waits stays the last
    const list = comment.querySelector(".replies");
    for (const reply of later) list.insertBefore(reply, list.querySelector(":scope > .pending"));
    const next = fresh.querySelector("a[data-replies]");
    if (next) link.replaceWith(next);
    else link.remove();
    if (later.length) loa.focusLater(`#${later[0].id}`);
  } catch {
    link.firstChild.data = "Không tải được trả lời. Bấm để thử lại";
    link.ariaBusy = null;
  }
});

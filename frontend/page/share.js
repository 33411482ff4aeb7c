// Sharing an article: the phone's own sheet where there is one, and the address to paste.
addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-share]");
  if (!button) return;
  const url = document.querySelector("link[rel=canonical]")?.href ?? location.href;
  const said = button.closest(".share").querySelector("[aria-live]");
  try {
    if (button.dataset.share === "sheet") await navigator.share({ title: document.querySelector("h1")?.textContent, url });
    else {
      await navigator.clipboard.writeText(url);
      said.textContent = "Đã chép địa chỉ.";
    }
  } catch (error) {
    // who closes the sheet has changed their mind
    if (error.name !== "AbortError") said.textContent = `Không chép được. Địa chỉ: ${url}`;
  }
});

/** Offers what this browser can do. */
export function offerSharing() {
  for (const button of document.querySelectorAll("[data-share]")) {
    button.hidden = button.dataset.share === "sheet" ? !navigator.share : !navigator.clipboard;
  }
}
offerSharing();

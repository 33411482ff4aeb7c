// A video shows its player in the place of its picture when it is pressed. Without script, and in a new tab, the link
// leads to the player's own page.
addEventListener(
  "click",
  (event) => {
    const link = event.target.closest?.("a.video");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    const player = document.createElement("iframe");
    player.className = "video-player";
    player.src = link.href;
    player.title = link.textContent.trim();
    player.allow = "autoplay; fullscreen; encrypted-media; picture-in-picture";
    link.replaceWith(player);
    player.focus();
  },
  true,
);

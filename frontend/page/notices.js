// Urgent notices: a new one comes to open pages at once, over the page, so that nothing moves; one that the reader puts
// away stays away.

const KEY = "loa-thong-bao";
// what readers put away, so many at most
const MAX_KEPT = 20;

const kept = () => {
  try {
    return (localStorage.getItem(KEY) ?? "").split(" ").filter(Boolean);
  } catch {
    return [];
  }
};

function putAway(notice) {
  try {
    localStorage.setItem(KEY, [...kept().slice(1 - MAX_KEPT), notice.dataset.notice].join(" "));
  } catch {
    // it comes back with the next page
  }
  notice.remove();
  document.getElementById("noi-dung").focus({ preventScroll: true });
}

function offerButton(notice) {
  const button = notice.querySelector("button");
  button.hidden = false;
  button.onclick = () => putAway(notice);
}

/** Makes the notice as the server does. */
function make({ id, message, link }) {
  const notice = document.createElement("div");
  notice.className = "urgent urgent-live";
  notice.dataset.notice = id;
  notice.innerHTML = '<p><strong>Thông báo khẩn: </strong><span></span> </p><button type="button" class="link-button">Đã biết, ẩn đi</button>';
  notice.querySelector("span").textContent = message;
  if (link) {
    const more = document.createElement("a");
    more.href = link;
    more.textContent = "Xem chi tiết";
    notice.querySelector("p").append(more);
  }
  offerButton(notice);
  return notice;
}

/** Shows the notices of now. One that is over leaves the page where nothing moves for it. */
export function showNotices(state) {
  const container = document.getElementById("thong-bao-khan");
  if (!container) return;
  const notices = JSON.parse(state);
  const away = kept();
  for (const shown of container.querySelectorAll(".urgent-live")) {
    if (!notices.some(({ id }) => `${id}` === shown.dataset.notice)) shown.remove();
  }
  for (const notice of notices) {
    const id = `${notice.id}`;
    if (!away.includes(id) && !container.querySelector(`[data-notice="${id}"]`)) container.append(make(notice));
  }
}

for (const notice of document.querySelectorAll("[data-notice]")) offerButton(notice);

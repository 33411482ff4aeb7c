// Addresses of videos, in the form in which an article names them; the server knows the same hosts.
const NUMBER = /^\d{1,20}$/;
const HOSTS = [
  ["youtube", /^(?:(?:www\.|m\.)?youtube(?:-nocookie)?\.com|youtu\.be)$/, /^[\w-]{11}$/],
  ["vimeo", /^(?:www\.|player\.)?vimeo\.com$/, NUMBER],
  ["facebook", /^(?:www\.|m\.)?facebook\.com$/, NUMBER],
];

/** The name of the video at an address, or null where it is none. */
export function videoAt(address) {
  let url;
  try {
    url = new URL(/^https?:/i.test(address) ? address : `https://${address}`);
  } catch {
    return null;
  }
  for (const [host, domain, id] of HOSTS) {
    if (!domain.test(url.hostname)) continue;
    const found = url.searchParams.get("v") ?? url.pathname.split("/").filter(Boolean).at(-1) ?? "";
    return id.test(found) ? `${host}-${found}` : null;
  }
  return null;
}

/** What readers call the host of a video. */
export const hostOf = (video) => ({ youtube: "YouTube", vimeo: "Vimeo", facebook: "Facebook" })[video.split("-")[0]];

/** The address where the host shows a video. */
export const addressOf = (video) => {
  const [host, ...id] = video.split("-");
  return { youtube: "https://youtu.be/", vimeo: "https://vimeo.com/", facebook: "https://www.facebook.com/watch/?v=" }[host] + id.join("-");
};

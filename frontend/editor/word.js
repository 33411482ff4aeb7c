// Turns a Word file into what the editor takes: structure and pictures, nothing of its looks.
import { cleanPasted } from "./paste.js";

/** The largest file, packed. */
const MAX_BYTES = 20 * 1024 * 1024;
/** How long reading may take, in milliseconds. */
const TIME_LIMIT = 10_000;
const REFUSALS = {
  kind: "Đây không phải tệp Word dạng .docx. Mở bằng Word, chọn “Lưu thành” .docx rồi thử lại.",
  macros: "Tệp này có macro nên không đọc. Mở bằng Word, lưu thành .docx (không macro) rồi thử lại.",
  large: "Tệp này bung ra quá lớn nên không đọc. Vui lòng chép từng phần rồi dán vào.",
  broken: "Không đọc được tệp này. Mở bằng Word, lưu lại thành .docx rồi thử lại, hoặc chép nội dung rồi dán vào.",
  slow: "Đọc tệp này quá lâu nên đã dừng. Vui lòng chép từng phần rồi dán vào.",
};

export const isWord = (file) => /\.(docx?|docm|dotx?)$/i.test(file.name) || file.type.includes("wordprocessingml");

/** Reads a file in a worker that is ended when it takes too long. */
function unpack(buffer) {
  const worker = new Worker(new URL("word.worker.js", import.meta.url));
  return new Promise((resolve) => {
    const stop = (answer) => {
      clearTimeout(timer);
      worker.terminate();
      resolve(answer);
    };
    const timer = setTimeout(() => stop({ refused: "slow" }), TIME_LIMIT);
    worker.onmessage = ({ data }) => stop(data);
    worker.onerror = () => stop({ refused: "broken" });
    worker.postMessage(buffer, [buffer]);
  });
}

/**
 * Reads a Word file.
 * @returns {Promise<{ html: string, legacy: object | null, title: string, pictures: { file: File, alt: string }[],
 *   lost: string[] }>} its text with `<img src="picture:0">` where its pictures stand, its first line where that looks
 *   like a title, and the names of what could not be taken
 * @throws {Error} with a sentence for people
 */
export async function readWord(file) {
  if (file.size > MAX_BYTES) throw new Error("Tệp lớn hơn 20 MB. Vui lòng bỏ bớt ảnh trong tệp, tải ảnh lên riêng.");
  if (/\.(docm|dotm)$/i.test(file.name)) throw new Error(REFUSALS.macros);
  const answer = await unpack(await file.arrayBuffer());
  if (answer.refused) throw new Error(REFUSALS[answer.refused]);
  const body = new DOMParser().parseFromString(answer.html, "text/html").body;
  for (const span of body.querySelectorAll("span[class^=legacy-]")) {
    span.dataset.legacy = span.className.replace(/^legacy-/, "").replace("-", " ");
    span.removeAttribute("class");
  }
  writeFootnotes(body);
  const first = body.firstElementChild;
  const isTitle = first && (first.localName === "h1" || isBold(first)) && first.textContent.trim().length <= 300;
  return {
    ...cleanPasted(body.innerHTML),
    title: isTitle ? first.textContent.trim() : "",
    pictures: answer.pictures.map(({ type, bytes, alt }, place) => ({
      file: new File([bytes], `anh-${place + 1}.${type.split("/")[1]}`, { type }),
      alt,
    })),
    lost: answer.lost,
  };
}

/** Whether all of a paragraph's text is bold. */
function isBold(element) {
  const text = element.textContent.trim();
  const bold = [...element.querySelectorAll("strong")].map((part) => part.textContent).join("").trim();
  return text !== "" && element.localName === "p" && text === bold;
}

/** Notes at the foot of pages become text: a number in the sentence, and the notes behind the text. */
function writeFootnotes(body) {
  for (const reference of body.querySelectorAll("a[href^='#footnote-'], a[href^='#endnote-']")) {
    reference.replaceWith(reference.textContent);
  }
  for (const raised of body.querySelectorAll("sup")) raised.replaceWith(...raised.childNodes);
  const notes = [...body.querySelectorAll("li[id^='footnote-'], li[id^='endnote-']")];
  const list = notes[0]?.parentElement;
  for (const [place, note] of notes.entries()) {
    for (const back of note.querySelectorAll("a[href^='#footnote-ref'], a[href^='#endnote-ref']")) back.remove();
    const paragraph = document.createElement("p");
    paragraph.textContent = `[${place + 1}] ${note.textContent.replace("↑", "").trim()}`;
    list.before(paragraph);
    note.remove();
  }
  if (list && !list.children.length) list.remove();
}

// Reads a Word file away from the page, which ends this worker when it takes too long. What a file unpacks to is counted
// before anything else reads it.
import { Unzip, UnzipInflate } from "fflate";
import mammoth from "mammoth/mammoth.browser.js";
import { encodingOfFont } from "./encodings.js";

const MAX_ENTRIES = 500;
const MAX_UNPACKED = 100 * 1024 * 1024;
/** Bytes that are unpacked at a time: a bomb is noticed before it has grown. */
const STEP = 16 * 1024;
/** Pictures that the site takes. */
const PICTURES = ["image/jpeg", "image/png", "image/webp", "image/gif"];

/** Why a file is refused; the page has the sentences. */
class Refused extends Error {}

/** Counts what a file unpacks to, and refuses what is no Word text, has macros or names other files. */
function check(bytes) {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) throw new Refused("kind");
  let [entries, unpacked, isWord] = [0, 0, false];
  const unzip = new Unzip((file) => {
    entries += 1;
    if (entries > MAX_ENTRIES) throw new Refused("large");
    if (/vbaProject\.bin$/i.test(file.name)) throw new Refused("macros");
    isWord ||= file.name === "word/document.xml";
    const isMarkup = /\.(xml|rels)$/i.test(file.name);
    let begin = "";
    file.ondata = (error, chunk) => {
      // what this function throws comes back to it as an error of the file
      if (error) throw error instanceof Refused ? error : new Refused("broken");
      unpacked += chunk.length;
      if (unpacked > MAX_UNPACKED) throw new Refused("large");
      if (isMarkup && begin.length < 4096) begin += new TextDecoder("latin1").decode(chunk.subarray(0, 4096));
      if (/<!DOCTYPE|<!ENTITY/i.test(begin)) throw new Refused("kind");
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  for (let at = 0; at < bytes.length; at += STEP) unzip.push(bytes.subarray(at, at + STEP), at + STEP >= bytes.length);
  if (!isWord) throw new Refused("kind");
}

/** Names the encoding of a run's font as a style, which becomes a class. */
const markFonts = mammoth.transforms.run((run) => {
  const found = run.font && encodingOfFont(run.font);
  if (!found) return run;
  const name = `legacy-${found.encoding}${found.capitals ? "-capitals" : ""}`;
  return { ...run, styleId: name, styleName: name };
});
const STYLES = ["tcvn3", "tcvn3-capitals", "vni"].map((name) => `r[style-name='legacy-${name}'] => span.legacy-${name}`);

async function read(buffer) {
  check(new Uint8Array(buffer));
  const pictures = [];
  const lost = new Set();
  const convertImage = mammoth.images.imgElement(async (image) => {
    if (!PICTURES.includes(image.contentType)) {
      lost.add(`ảnh dạng ${image.contentType.split("/").at(-1).replace(/^x-/, "").toUpperCase()}`);
      return { src: "" };
    }
    pictures.push({ type: image.contentType, bytes: await image.readAsArrayBuffer(), alt: image.altText ?? "" });
    return { src: `picture:${pictures.length - 1}` };
  });
  const options = { convertImage, transformDocument: markFonts, styleMap: STYLES, externalFileAccess: false };
  const { value, messages } = await mammoth.convertToHtml({ arrayBuffer: buffer }, options);
  for (const { message } of messages) {
    const element = /unrecognised element was ignored: .*[}:](\w+)/i.exec(message)?.[1];
    if (element) lost.add(element);
  }
  return { html: value, pictures, lost: [...lost] };
}

onmessage = async ({ data }) => {
  try {
    postMessage(await read(data));
  } catch (error) {
    postMessage({ refused: error instanceof Refused ? error.message : "broken" });
  }
};

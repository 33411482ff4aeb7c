// The two encodings in which Vietnamese was typed before Unicode, by fonts that drew other letters: TCVN3 (`.VnTime`) and
// VNI (`VNI-Times`). Text that was typed so and arrives without its font is rubbish: "Céng hoµ" for "Cộng hoà".

const VOWELS = "aăâeêioôơuưy";
// the marks in the order of the tables: grave, hook, tilde, acute, dot below
const TONES = ["\u0300", "\u0309", "\u0303", "\u0301", "\u0323"];

/** TCVN3: one sign for each letter, the five tones of each vowel in the order above, then the letter without a tone. */
const TCVN3_ROWS = {
  a: "µ¶·¸¹",
  ă: "»¼½¾Æ¨",
  â: "ÇÈÉÊË©",
  e: "ÌÎÏÐÑ",
  ê: "ÒÓÔÕÖª",
  i: "×ØÜÝÞ",
  o: "ßáâãä",
  ô: "åæçèé«",
  ơ: "êëìíî¬",
  u: "ïñòóô",
  ư: "õö÷øù\u00ad",
  y: "úûüýþ",
};
const TCVN3_OTHERS = { "®": "đ", "¡": "Ă", "¢": "Â", "£": "Ê", "¤": "Ô", "¥": "Ơ", "¦": "Ư", "§": "Đ" };

/** VNI: a mark follows its vowel, and some letters stand for themselves. Capital vowels have capital marks. */
const VNI_MARKS = { a: "øûõùï", ă: "èúüéë", â: "àåãáä", e: "øûõùï", ê: "àåãáä", o: "øûõùï", ô: "àåãáä", ơ: "øûõùï", u: "øûõùï", ư: "øûõùï", y: "øûõù" };
const VNI_BASES = { ă: "aê", â: "aâ", ê: "eâ", ô: "oâ", ơ: "ô", ư: "ö", đ: "ñ" };
const VNI_LETTERS = { ì: "ì", ỉ: "æ", ĩ: "ó", í: "í", ị: "ò", ỵ: "î" };

const withTone = (vowel, tone) => (vowel + TONES[tone]).normalize("NFC");

function makeTcvn3() {
  const table = new Map(Object.entries(TCVN3_OTHERS));
  for (const vowel of VOWELS) {
    const row = TCVN3_ROWS[vowel];
    [...row].forEach((sign, place) => table.set(sign, place < 5 ? withTone(vowel, place) : vowel));
  }
  return table;
}

function makeVni() {
  const table = new Map();
  const add = (typed, letter) => {
    table.set(typed, letter);
    table.set(typed.toUpperCase(), letter.toUpperCase());
    // a capital vowel whose mark was typed small
    if (typed.length > 1) table.set(typed[0].toUpperCase() + typed.slice(1), letter.toUpperCase());
  };
  for (const [letter, typed] of Object.entries({ ...VNI_BASES, ...VNI_LETTERS })) add(typed, letter);
  for (const [vowel, marks] of Object.entries(VNI_MARKS)) {
    // ă and â have no sign of their own under a tone: the mark says both
    const base = { ă: "a", â: "a", ê: "e", ô: "o" }[vowel] ?? VNI_BASES[vowel] ?? vowel;
    [...marks].forEach((mark, tone) => add(base + mark, withTone(vowel, tone)));
  }
  return table;
}

export const TABLES = { tcvn3: makeTcvn3(), vni: makeVni() };
/** What the encodings are called for people. */
export const NAMES = { tcvn3: "TCVN3 (.VnTime)", vni: "VNI" };

/** Writes text of an old encoding in Unicode. `capitals` is for fonts that draw every letter as a capital. */
export function decode(text, encoding, capitals = false) {
  const table = TABLES[encoding];
  const plain = text.normalize("NFC");
  let written = "";
  for (let at = 0; at < plain.length; ) {
    const pair = encoding === "vni" ? table.get(plain.slice(at, at + 2)) : undefined;
    const letter = pair ?? table.get(plain[at]) ?? plain[at];
    written += letter;
    at += pair ? 2 : 1;
  }
  return capitals ? written.toUpperCase() : written;
}

/** Writes Unicode text in an old encoding, as its fonts expect it. What the encoding cannot say stays as it is. */
export function encode(text, encoding) {
  const signs = new Map([...TABLES[encoding]].map(([typed, letter]) => [letter, typed]));
  return [...text.normalize("NFC")].map((letter) => signs.get(letter) ?? letter).join("");
}

/** The encoding of a font by its name, and whether it draws capitals: `.VnTimeH`, `VNI-Times`. */
export function encodingOfFont(font) {
  const name = font.replace(/["']/g, "").trim();
  if (/^\.vn/i.test(name)) return { encoding: "tcvn3", capitals: /H$/.test(name.split(",")[0].trim()) };
  if (/^vni[-\s]/i.test(name)) return { encoding: "vni", capitals: false };
  return null;
}

const ONSET = "(?:ngh?|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnprstvx])?";
const RHYME =
  "(?:[aeo]|ai|ao|au|ay|ă|âu|ây|â|eo|êu|ê|i|ia|iêu|iê|iu|oai|oay|oao|oa|oă|oeo|oe|oi|oo|ôi|ô|ơi|ơ|u|ua|uâ|uây|uê|ui|uôi|uô|uơ|uya|uyê|uyu|uy|ưa|ưi|ươi|ươu|ươ|ưu|ư|y|yêu|yê)";
const SYLLABLE = new RegExp(`^${ONSET}${RHYME}(?:ch|ng|nh|[cmnpt])?$`);

/** Whether a word can be a Vietnamese syllable. */
export function isSyllable(word) {
  const letters = word.toLowerCase().normalize("NFD");
  const tones = [...letters].filter((sign) => TONES.includes(sign)).length;
  const plain = [...letters].filter((sign) => !TONES.includes(sign)).join("").normalize("NFC");
  return tones <= 1 && SYLLABLE.test(plain);
}

/** The share of the words with special letters that are Vietnamese syllables, and how many such words there are. */
function judge(text) {
  const words = text.split(/[\s!-,.-/:-@[-`{-~–—“”‘’…]+/u).filter((word) => word.length > 1 && /[^\u0000-\u007f]/.test(word));
  const good = words.filter(isSyllable).length;
  return { share: words.length ? good / words.length : 1, count: words.length };
}

/** The old encoding in which a text was typed, judged by its letters alone; `null` for Unicode and whatever is unsure. */
export function guessEncoding(text) {
  const asItIs = judge(text);
  if (asItIs.count < 2 || asItIs.share > 0.6) return null;
  const guesses = Object.keys(TABLES).map((encoding) => ({ encoding, share: judge(decode(text, encoding)).share }));
  const best = guesses.sort((a, b) => b.share - a.share)[0];
  return best.share >= 0.85 && best.share > asItIs.share + 0.3 ? best.encoding : null;
}

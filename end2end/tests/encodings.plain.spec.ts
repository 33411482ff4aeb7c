// The tables of the old encodings, there and back.
import fc from "fast-check";
import { expect, test } from "@playwright/test";
import { TABLES, decode, encode, encodingOfFont, guessEncoding, isSyllable } from "../../frontend/editor/encodings.js";

const LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ";
const TEXT = fc.string({ unit: fc.constantFrom(...LETTERS, " ", ",", ".", "1"), maxLength: 200 });
/** Real sentences, which are all that can be recognised by their letters. */
const SENTENCES = [
  "Cộng hòa xã hội chủ nghĩa Việt Nam",
  "Kính mời bà con đến nhà văn hóa khu phố họp tổ dân phố",
  "Thông báo lịch tiêm chủng mở rộng cho trẻ em dưới năm tuổi",
  "Ủy ban nhân dân phường thông báo về việc tạm ngừng cung cấp nước",
  "Đề nghị các hộ gia đình dọn dẹp vệ sinh, phát quang bụi rậm",
];

for (const encoding of ["tcvn3", "vni"] as const) {
  test(`what is written in ${encoding} is read as it was`, () => {
    fc.assert(fc.property(TEXT, (text) => decode(encode(text, encoding), encoding) === text));
  });
  test(`${encoding} says every letter of the language`, () => {
    const said = new Set(TABLES[encoding].values());
    const marked = [...LETTERS].filter((letter) => !/[a-z]/.test(letter));
    expect(marked.filter((letter) => !said.has(letter))).toEqual([]);
  });
  test(`sentences in ${encoding} are recognised, and converted`, () => {
    for (const sentence of SENTENCES) {
      const typed = encode(encoding === "tcvn3" ? sentence.toLowerCase() : sentence, encoding);
      expect(guessEncoding(typed), typed).toBe(encoding);
      expect(decode(typed, encoding).toLowerCase()).toBe(sentence.toLowerCase());
    }
  });
}

test("capitals of VNI are read, whatever their marks are", () => {
  expect(decode("UÛY BAN NHAÂN DAÂN PHÖÔØNG", "vni")).toBe("ỦY BAN NHÂN DÂN PHƯỜNG");
  expect(decode("Uûy ban nhaân daân phöôøng AÙ", "vni")).toBe("Ủy ban nhân dân phường Á");
  expect(decode("Céng hoµ x· héi", "tcvn3", true)).toBe("CỘNG HOÀ XÃ HỘI");
});

test("Unicode, and what is unsure, is left alone", () => {
  const others = ["Café, résumé, naïve", "Gặp lại các ông/bà lúc 8:00", "Ñoño, mañana, señor", "x", "", "2 × 3 ÷ 4 = 1,5", "Ça va? Où êtes-vous?"];
  for (const text of [...SENTENCES, ...SENTENCES.map((sentence) => sentence.toUpperCase()), ...others]) {
    expect(guessEncoding(text), text).toBeNull();
  }
  fc.assert(fc.property(fc.constantFrom(...SENTENCES), fc.nat(30), (sentence, cut) => guessEncoding(sentence.slice(cut)) === null));
});

test("fonts say their encoding", () => {
  expect(encodingOfFont('".VnTime", serif')).toEqual({ encoding: "tcvn3", capitals: false });
  expect(encodingOfFont(".VnTimeH")).toEqual({ encoding: "tcvn3", capitals: true });
  expect(encodingOfFont("VNI-Times")).toEqual({ encoding: "vni", capitals: false });
  for (const font of ["Times New Roman", "", "Vnexpress"]) expect(encodingOfFont(font), font).toBeNull();
});

test("syllables are known by their form", () => {
  for (const word of ["nghiêng", "quyết", "xoong", "ưỡn", "khuya", "Ủy", "giữa", "gìn", "yêu"]) expect(isSyllable(word), word).toBe(true);
  for (const word of ["hoµ", "héi", "Vieät", "résumé", "daân", "ñieàu"]) expect(isSyllable(word), word).toBe(false);
});

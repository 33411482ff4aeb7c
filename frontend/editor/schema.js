// What an article can hold: the same elements that the server keeps.
import { Node, mergeAttributes } from "@tiptap/core";
import { Blockquote } from "@tiptap/extension-blockquote";
import { Bold } from "@tiptap/extension-bold";
import { Document } from "@tiptap/extension-document";
import { HardBreak } from "@tiptap/extension-hard-break";
import { Heading } from "@tiptap/extension-heading";
import { Italic } from "@tiptap/extension-italic";
import { Link } from "@tiptap/extension-link";
import { BulletList, ListItem, ListKeymap, OrderedList } from "@tiptap/extension-list";
import { Paragraph } from "@tiptap/extension-paragraph";
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import { Text } from "@tiptap/extension-text";
import { Dropcursor, Gapcursor, UndoRedo } from "@tiptap/extensions";
import { hostOf } from "./video.js";

/** A picture of the library with the line under it. */
const Picture = Node.create({
  name: "picture",
  group: "block",
  content: "text*",
  marks: "",
  isolating: true,
  draggable: true,
  addAttributes() {
    return { number: { default: null, rendered: false }, video: { default: null, rendered: false } };
  },
  parseHTML() {
    return [
      {
        tag: "figure",
        contentElement: (figure) => figure.querySelector("figcaption") ?? document.createElement("figcaption"),
        getAttrs: (figure) => {
          const image = figure.querySelector("img[data-picture]");
          return image ? { number: image.dataset.picture, video: image.dataset.video ?? null } : false;
        },
      },
    ];
  },
  renderHTML({ node }) {
    const { number, video } = node.attrs;
    return ["figure", ["img", { "data-picture": number, ...(video && { "data-video": video }) }], ["figcaption", 0]];
  },
  addNodeView() {
    return ({ node }) => {
      const dom = document.createElement("figure");
      const image = document.createElement("img");
      const contentDOM = document.createElement("figcaption");
      image.src = `${this.options.previews}${node.attrs.number}`;
      image.alt = `Ảnh ${node.attrs.number}`;
      image.contentEditable = "false";
      contentDOM.dataset.hint = "Chú thích ảnh";
      const { altOf, describe } = this.options;
      const alt = document.createElement("input");
      alt.type = "text";
      alt.className = "picture-alt";
      alt.maxLength = 300;
      alt.value = altOf(node.attrs.number);
      alt.placeholder = "Mô tả ảnh cho người không nhìn thấy";
      alt.addEventListener("change", () => describe(node.attrs.number, alt.value.trim()));
      // Enter would send the whole form
      alt.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        alt.blur();
      });
      const label = document.createElement("label");
      label.className = "picture-label";
      label.contentEditable = "false";
      label.append("Lời mô tả ảnh", alt);
      const video = document.createElement("p");
      video.className = "picture-label";
      video.contentEditable = "false";
      video.textContent = node.attrs.video ? `Video ${hostOf(node.attrs.video)}: bạn đọc bấm vào ảnh để xem` : "";
      video.hidden = !node.attrs.video;
      dom.append(image, video, label, contentDOM);
      return {
        dom,
        contentDOM,
        stopEvent: (event) => event.target === alt,
        ignoreMutation: (mutation) => mutation.type !== "selection" && !contentDOM.contains(mutation.target),
      };
    };
  },
  addOptions() {
    return { previews: "", altOf: () => "", describe: () => {} };
  },
  addKeyboardShortcuts() {
    // Enter in a caption goes on below the picture
    return {
      Enter: ({ editor }) => {
        const { $from } = editor.state.selection;
        if ($from.parent.type.name !== this.name) return false;
        return editor.chain().insertContentAt($from.after(), { type: "paragraph" }).focus($from.after() + 1).run();
      },
    };
  },
});

/** Tables without widths of their own, which the site's style decides. */
const PlainTable = Table.extend({
  renderHTML() {
    return ["table", ["tbody", 0]];
  },
});

/** Links as the server keeps them. */
const PlainLink = Link.extend({
  renderHTML({ HTMLAttributes }) {
    return ["a", mergeAttributes({ href: HTMLAttributes.href }), 0];
  },
});

/** @param {{ previews: string, altOf: Function, describe: Function }} pictures what the editor knows of pictures */
export function schema(pictures) {
  return [
    Document,
    Text,
    Paragraph,
    Heading.configure({ levels: [2, 3] }),
    Bold,
    Italic,
    HardBreak,
    BulletList,
    OrderedList,
    ListItem,
    ListKeymap,
    Blockquote,
    PlainLink.configure({ openOnClick: false, autolink: false, defaultProtocol: "https", protocols: ["mailto", "tel"] }),
    PlainTable.configure({ resizable: false }),
    TableRow,
    TableCell,
    TableHeader,
    Picture.configure(pictures),
    UndoRedo,
    Dropcursor,
    Gapcursor,
  ];
}

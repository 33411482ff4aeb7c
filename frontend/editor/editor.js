// The editor of an article. It is loaded on that page alone, in the place of the plain text area, whose value it keeps:
// saving, keeping and conflicts are the form's, with editor and without.
import { Editor } from "@tiptap/core";
import { cleanPasted } from "./paste.js";
import { schema } from "./schema.js";
import { addressOf, videoAt } from "./video.js";
import { isWord, readWord } from "./word.js";

/** The buttons: what they are called, what is on when they are pressed, and what they do. */
const BUTTONS = [
  ["Đậm", "bold", (chain) => chain.toggleBold()],
  ["Nghiêng", "italic", (chain) => chain.toggleItalic()],
  ["Mục", ["heading", { level: 2 }], (chain) => chain.toggleHeading({ level: 2 })],
  ["Mục nhỏ", ["heading", { level: 3 }], (chain) => chain.toggleHeading({ level: 3 })],
  ["Danh sách", "bulletList", (chain) => chain.toggleBulletList()],
  ["Danh sách số", "orderedList", (chain) => chain.toggleOrderedList()],
  ["Trích dẫn", "blockquote", (chain) => chain.toggleBlockquote()],
];
const TABLE_BUTTONS = [
  ["Thêm hàng", (chain) => chain.addRowAfter()],
  ["Thêm cột", (chain) => chain.addColumnAfter()],
  ["Xóa hàng", (chain) => chain.deleteRow()],
  ["Xóa cột", (chain) => chain.deleteColumn()],
  ["Xóa bảng", (chain) => chain.deleteTable()],
];

/**
 * Starts the editor in `host`, which contains the text area.
 * @param {{ host: HTMLElement, area: HTMLTextAreaElement, format: HTMLInputElement, content: string, previews: string,
 *   upload: (file: File) => Promise<number>,
 *   uploadFile: (file: File) => Promise<{ path?: string, picture?: number }>, pictures: { altOf: (number: string) => string,
 *   describe: (number: string, alt: string) => Promise<void> } }} parts
 * @returns {{ replace: (html: string) => void, stop: () => void }}
 */
export function startEditor({ host, area, format, content, previews, upload, uploadFile, pictures: library }) {
  const label = host.querySelector("label");
  const box = document.createElement("div");
  const toolbar = document.createElement("div");
  const place = document.createElement("div");
  const status = document.createElement("p");
  box.className = "editor";
  toolbar.className = "editor-buttons";
  toolbar.setAttribute("role", "toolbar");
  toolbar.setAttribute("aria-label", "Định dạng");
  place.className = "editor-text prose";
  status.className = "editor-status quiet";
  status.setAttribute("role", "status");
  label.id ||= "body-nhan";
  box.append(toolbar, place, status);
  const say = (text) => {
    status.textContent = text;
  };

  const button = (text, press, className = "") => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.className = className;
    made.addEventListener("click", press);
    // the selection stays where it is
    made.addEventListener("mousedown", (event) => event.preventDefault());
    return made;
  };

  // pictures on their way, and the press that waits for them
  let pending = 0;
  let waiting = null;
  const takeFiles = async (files, position, video = null) => {
    // what is typed meanwhile moves the place where the next picture belongs
    const follow = ({ transaction }) => {
      position = transaction.mapping.map(position);
    };
    // behind the block, and not in the middle of its text
    const $position = editor.state.doc.resolve(Math.min(position, editor.state.doc.content.size));
    position = $position.depth ? $position.after(1) : $position.pos;
    const failures = [];
    editor.on("transaction", follow);
    pending += files.length;
    for (const file of files) {
      say(`Đang tải lên ${file.name}…`);
      try {
        const number = await upload(file);
        const node = editor.schema.nodes.picture.create({ number: String(number), video });
        editor.view.dispatch(editor.state.tr.insert(position, node));
      } catch (error) {
        failures.push(`${file.name}: ${error.message}`);
      }
      pending -= 1;
    }
    editor.off("transaction", follow);
    say(failures.join(" ") || "Đã thêm ảnh. Nhớ mô tả ảnh ở mục “Ảnh đầu bài” trước khi đăng.");
    sendWaiting(failures.length > 0);
  };
  /** Goes on with the press that waited, unless something is missing, which is seen first. */
  const sendWaiting = (isMissing) => {
    if (pending || !waiting) return;
    const { form, submitter } = waiting;
    waiting = null;
    if (!isMissing) form.requestSubmit(submitter);
  };
  const holdBack = (event) => {
    if (!pending) return;
    event.preventDefault();
    waiting = { form: event.target, submitter: event.submitter };
    say("Đang tải lên. Bài viết được gửi ngay khi tải xong.");
  };
  area.form.addEventListener("submit", holdBack);
  const pictures = (files) => [...(files ?? [])].filter((file) => file.type.startsWith("image/"));

  /** Uploads files to download, and links them behind the paragraph of the selection. A sound gets its player there. */
  const linkFiles = async (files) => {
    const failures = [];
    pending += files.length;
    for (const file of files) {
      say(`Đang tải lên ${file.name}…`);
      try {
        const { path, picture } = await uploadFile(file);
        if (picture) throw new Error("đây là ảnh, vui lòng dùng nút “Ảnh”.");
        const { $to } = editor.state.selection;
        const link = { type: "text", text: file.name, marks: [{ type: "link", attrs: { href: path } }] };
        editor.chain().insertContentAt($to.depth ? $to.after(1) : $to.pos, { type: "paragraph", content: [link] }).focus().run();
      } catch (error) {
        failures.push(`${file.name}: ${error.message}`);
      }
      pending -= 1;
    }
    say(failures.join(" ") || "Đã thêm tệp.");
    sendWaiting(failures.length > 0);
  };

  /** Says something below the buttons that can be answered with one press. */
  const offer = (text, answers) => {
    const row = document.createElement("div");
    const sentence = document.createElement("p");
    row.className = "editor-offer";
    sentence.textContent = text;
    sentence.setAttribute("role", "status");
    row.append(sentence);
    for (const [label, press] of answers) {
      row.append(
        button(label, () => {
          row.remove();
          press?.();
          editor.view.focus();
        }),
      );
    }
    toolbar.after(row);
  };

  /** Offers the text that comes with the next paste in Unicode, and follows where it stands until then. */
  const offerUnicode = (legacy, { transaction }) => {
    let [from, to] = [Infinity, 0];
    for (const [place, map] of transaction.mapping.maps.entries()) {
      const rest = transaction.mapping.slice(place + 1);
      map.forEach((_from, _to, start, end) => {
        [from, to] = [Math.min(from, rest.map(start, -1)), Math.max(to, rest.map(end, 1))];
      });
    }
    const follow = ({ transaction }) => {
      [from, to] = [transaction.mapping.map(from, 1), transaction.mapping.map(to, -1)];
    };
    editor.on("transaction", follow);
    offer(`Đoạn này gõ bằng phông cũ ${legacy.name}. Đang là: “${legacy.before}”. Sẽ thành: “${legacy.after}”.`, [
      [
        "Chuyển sang Unicode",
        () => {
          editor.off("transaction", follow);
          editor.commands.setTextSelection({ from, to });
          editor.view.pasteHTML(legacy.html);
        },
      ],
      ["Để nguyên", () => editor.off("transaction", follow)],
    ]);
  };

  // what is to be offered once the paste that it belongs to has come
  let legacyOfPaste = null;
  // what was found in a file, of whose fonts the paste knows nothing any longer
  let legacyOfFile = null;

  /** Puts a Word file into the text, with its pictures. */
  const takeWord = async (file) => {
    let isMissing = false;
    pending += 1;
    try {
      say(`Đang đọc ${file.name}…`);
      const word = await readWord(file);
      const isReplacing = editor.isEmpty || (await askWhere(file.name));
      if (isReplacing === null) return say("Chưa thêm gì từ tệp Word.");
      const page = new DOMParser().parseFromString(word.html, "text/html");
      const unicode = word.legacy && new DOMParser().parseFromString(word.legacy.html, "text/html");
      for (const [place, picture] of word.pictures.entries()) {
        say(`Đang tải ảnh ${place + 1}/${word.pictures.length} trong tệp…`);
        try {
          const number = String(await upload(picture.file));
          if (picture.alt) await library.describe(number, picture.alt).catch(() => {});
          for (const body of [page, unicode]) if (body) showPicture(body, place, number);
        } catch (error) {
          word.lost.push(`ảnh ${place + 1} (${error.message})`);
          isMissing = true;
        }
      }
      for (const body of [page, unicode]) for (const left of body?.querySelectorAll("img:not([data-picture])") ?? []) left.remove();
      if (!page.body.textContent.trim() && !page.body.querySelector("img")) throw new Error(`Tệp ${file.name} không có chữ nào.`);
      legacyOfFile = word.legacy && { ...word.legacy, html: unicode.body.innerHTML };
      const end = editor.state.doc.content.size;
      if (isReplacing) editor.commands.selectAll();
      // in a paragraph of its own, behind whatever stands at the end
      else editor.chain().insertContentAt(end, { type: "paragraph" }).focus("end").run();
      editor.view.pasteHTML(page.body.innerHTML);
      say(word.lost.length ? `Đã đọc ${file.name}. Không lấy được: ${word.lost.join(", ")}.` : `Đã đọc ${file.name}.`);
      offerTitle(word.title, isReplacing);
    } catch (error) {
      say(error.message);
      isMissing = true;
    } finally {
      pending -= 1;
      sendWaiting(isMissing);
    }
  };

  /** Asks what becomes of the text that is there: true where it goes, false where it stays, null for neither. */
  const askWhere = (name) =>
    new Promise((resolve) => {
      offer(`Bài đang có nội dung. Đưa ${name} vào thế nào?`, [
        ["Thay nội dung", () => resolve(true)],
        ["Thêm vào cuối", () => resolve(false)],
        ["Thôi", () => resolve(null)],
      ]);
    });

  /** Offers the first line of a file as the title, where there is none yet. It leaves the text that begins with it. */
  const offerTitle = (title, isFirst) => {
    const field = area.form.querySelector("[name=title]");
    if (!title || field.value.trim()) return;
    offer(`Dòng đầu: “${title}”`, [
      [
        "Dùng làm tiêu đề",
        () => {
          const first = editor.state.doc.firstChild;
          // as it reads now: it may have been converted meanwhile
          field.value = isFirst ? first.textContent.trim() : title;
          field.dispatchEvent(new Event("input", { bubbles: true }));
          if (isFirst) editor.view.dispatch(editor.state.tr.delete(0, first.nodeSize));
        },
      ],
      ["Để trong bài"],
    ]);
  };

  const describe = (number, alt) =>
    library.describe(number, alt).then(() => say("Đã lưu lời mô tả ảnh."), (error) => say(error.message));

  const editor = new Editor({
    element: place,
    extensions: schema({ previews, altOf: library.altOf, describe }),
    content,
    injectCSS: false,
    editorProps: {
      attributes: {
        role: "textbox",
        "aria-multiline": "true",
        "aria-labelledby": label.id,
        ...Object.fromEntries(
          ["aria-invalid", "aria-describedby"].flatMap((name) => (area.hasAttribute(name) ? [[name, area.getAttribute(name)]] : [])),
        ),
      },
      transformPastedHTML: (html) => {
        const { html: clean, legacy, lostPictures } = cleanPasted(html);
        legacyOfPaste = legacyOfFile ?? legacy;
        legacyOfFile = null;
        if (lostPictures) say(`Có ${lostPictures} ảnh không dán kèm được. Vui lòng tải ảnh lên từ máy.`);
        return clean;
      },
      handlePaste: (view, event) => {
        const files = pictures(event.clipboardData?.files);
        // Word and Excel add a picture of the text that they copy
        if (!files.length || event.clipboardData.types.includes("text/html")) return false;
        takeFiles(files, view.state.selection.to);
        return true;
      },
      handleDrop: (view, event, _slice, moved) => {
        const files = moved ? [] : pictures(event.dataTransfer?.files);
        const word = moved ? null : [...(event.dataTransfer?.files ?? [])].find(isWord);
        if (!files.length && !word) return false;
        event.preventDefault();
        event.stopPropagation();
        if (word) {
          takeWord(word);
          return true;
        }
        const at = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos ?? view.state.doc.content.size;
        takeFiles(files, at);
        return true;
      },
    },
    onUpdate: ({ editor }) => {
      // without a change the form sends the text as it was saved, byte for byte
      format.value = "html";
      area.value = editor.getHTML();
      area.dispatchEvent(new Event("input", { bubbles: true }));
    },
    onTransaction: (change) => {
      showState();
      if (legacyOfPaste && change.transaction.getMeta("paste")) {
        const legacy = legacyOfPaste;
        legacyOfPaste = null;
        offerUnicode(legacy, change);
      }
    },
  });

  // first what an article begins with
  toolbar.append(
    button("Tệp Word", () => wordChooser.click()),
    button("Ảnh", () => {
      delete chooser.dataset.video;
      chooser.click();
    }),
    button("Tệp", () => fileChooser.click()),
  );
  const marks = BUTTONS.map(([text, active, change]) => {
    const made = button(text, () => change(editor.chain().focus()).run());
    toolbar.append(made);
    return [made, active];
  });
  toolbar.append(
    button("Liên kết", () => askLink(editor, toolbar)),
    button("Video", () => askVideo(editor, toolbar, chooser, say)),
    button("Bảng", () => {
      // behind what is selected, and not in its place
      const { to } = editor.state.selection;
      editor.chain().focus().setTextSelection(to).insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run();
    }),
  );
  const tables = TABLE_BUTTONS.map(([text, change]) => button(text, () => change(editor.chain().focus()).run()));
  toolbar.append(
    ...tables,
    button("Hoàn tác", () => editor.chain().focus().undo().run()),
    button("Làm lại", () => editor.chain().focus().redo().run()),
  );
  const chooser = document.createElement("input");
  chooser.type = "file";
  chooser.hidden = true;
  chooser.multiple = true;
  chooser.accept = "image/jpeg,image/png,image/webp,image/gif";
  chooser.addEventListener("change", () => {
    const { video = null } = chooser.dataset;
    // a video has one picture
    takeFiles([...chooser.files].slice(0, video ? 1 : Infinity), editor.state.selection.to, video);
    chooser.value = "";
  });
  const wordChooser = document.createElement("input");
  wordChooser.type = "file";
  wordChooser.hidden = true;
  wordChooser.accept = ".docx,application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  wordChooser.addEventListener("change", () => {
    if (wordChooser.files[0]) takeWord(wordChooser.files[0]);
    wordChooser.value = "";
  });
  const fileChooser = document.createElement("input");
  fileChooser.type = "file";
  fileChooser.hidden = true;
  fileChooser.multiple = true;
  fileChooser.accept = ".pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.odt,.ods,.odp,.mp3,.m4a";
  fileChooser.addEventListener("change", () => {
    linkFiles([...fileChooser.files]);
    fileChooser.value = "";
  });
  box.append(chooser, wordChooser, fileChooser);

  function showState() {
    for (const [made, active] of marks ?? []) made.setAttribute("aria-pressed", editor.isActive(...[active].flat()));
    for (const made of tables ?? []) made.hidden = !editor.isActive("table");
  }
  showState();
  // the editor takes the space of the text area and of its help, so that nothing below it moves
  const taken = host.offsetHeight;
  box.style.height = `${area.offsetHeight}px`;
  area.hidden = true;
  area.after(box);
  box.style.height = `${box.offsetHeight + taken - host.offsetHeight}px`;
  label.removeAttribute("for");
  const focus = () => editor.commands.focus();
  label.addEventListener("click", focus);

  return {
    replace: (html) => editor.commands.setContent(html, { emitUpdate: false }),
    stop: () => {
      area.form?.removeEventListener("submit", holdBack);
      editor.destroy();
      box.remove();
      area.hidden = false;
      label.setAttribute("for", area.id);
      label.removeEventListener("click", focus);
    },
  };
}

/** Puts a picture of a file behind the paragraph that it stood in. */
function showPicture(page, place, number) {
  const named = page.querySelector(`img[src="picture:${place}"]`);
  if (!named) return;
  const figure = page.createElement("figure");
  const image = page.createElement("img");
  image.dataset.picture = number;
  figure.append(image);
  const block = named.closest("p, h2, h3");
  if (!block) return named.replaceWith(figure);
  named.remove();
  block.after(figure);
  if (!block.textContent.trim() && !block.querySelector("img")) block.remove();
}

/** An address as a link needs it: people leave out what browsers add. */
function complete(address) {
  if (!address || /^([a-z][a-z0-9+.-]*:|[/#])/i.test(address)) return address;
  return address.includes("@") ? `mailto:${address}` : `https://${address}`;
}

/** Asks for the address of a link. */
function askLink(editor, toolbar) {
  askAddress(editor, toolbar, "Địa chỉ liên kết", editor.getAttributes("link").href ?? "", (address) => {
    const href = complete(address);
    const chain = editor.chain().extendMarkRange("link");
    if (!href) chain.unsetLink().run();
    else if (editor.state.selection.empty && !editor.isActive("link"))
      chain.insertContent({ type: "text", text: href, marks: [{ type: "link", attrs: { href } }] }).run();
    else chain.setLink({ href }).run();
    // behind the link, so that what is typed next neither replaces nor extends it
    editor.commands.setTextSelection(editor.state.selection.to);
  });
}

/** Asks for the address of a video. The picture in which the caret stands becomes its still; otherwise one is chosen. */
function askVideo(editor, toolbar, chooser, say) {
  const { $from } = editor.state.selection;
  const selected = editor.state.selection.node ?? $from.parent;
  const isPicture = selected.type.name === "picture";
  const before = isPicture && selected.attrs.video ? addressOf(selected.attrs.video) : "";
  const at = editor.state.selection.node ? $from.pos : $from.depth && $from.before();
  askAddress(editor, toolbar, "Địa chỉ video YouTube, Vimeo hoặc Facebook", before, (address) => {
    const video = address ? videoAt(address) : null;
    if (address && !video) return say("Không nhận ra video ở địa chỉ này. Dán địa chỉ của một video YouTube, Vimeo hoặc Facebook.");
    if (isPicture) editor.view.dispatch(editor.state.tr.setNodeAttribute(at, "video", video));
    else if (video) {
      say("Chọn ảnh đại diện của video.");
      chooser.dataset.video = video;
      chooser.click();
    }
  });
}

/** Asks for an address below the buttons. */
function askAddress(editor, toolbar, label, value, use) {
  toolbar.parentNode.querySelector(".editor-link")?.remove();
  const row = document.createElement("div");
  const input = document.createElement("input");
  row.className = "editor-link";
  input.type = "text";
  input.inputMode = "url";
  input.value = value;
  input.placeholder = "https://…";
  input.setAttribute("aria-label", label);
  const close = () => {
    row.remove();
    // at once: the next key belongs to the text
    editor.view.focus();
  };
  const apply = () => {
    use(input.value.trim());
    close();
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
    if (event.key === "Enter") apply();
    if (event.key === "Escape") close();
  });
  for (const [text, press] of [["Gắn", apply], ["Thôi", close]]) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", press);
    row.append(made);
  }
  row.prepend(input);
  toolbar.after(row);
  input.focus();
}

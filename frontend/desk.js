// What the desk's pages do beside the program in the browser: custom elements, which start wherever their tag appears.

/** Uploads files one after another, each with its progress, and shows them without leaving the page. */
class Upload extends HTMLElement {
  #queue = [];
  #running = false;

  connectedCallback() {
    const form = this.querySelector("form");
    const input = form.querySelector("input[type=file]");
    const take = (files) => {
      for (const file of files) this.#add(form, file);
      input.value = "";
      this.#run();
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      take([...input.files]);
    });
    input.addEventListener("change", () => take([...input.files]));
    this.addEventListener("dragover", (event) => event.preventDefault());
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      take(input.multiple ? [...event.dataTransfer.files] : [...event.dataTransfer.files].slice(0, 1));
    });
    addEventListener("beforeunload", this.#warn);
  }

  disconnectedCallback() {
    removeEventListener("beforeunload", this.#warn);
  }

  // a page that is left while a file is on its way loses it
  #warn = (event) => {
    if (this.#running) event.preventDefault();
  };

  #add(form, file) {
    const row = document.createElement("li");
    const name = document.createElement("span");
    const progress = document.createElement("progress");
    const state = document.createElement("span");
    const button = document.createElement("button");
    name.textContent = file.name;
    progress.max = 1;
    progress.value = 0;
    progress.setAttribute("aria-label", file.name);
    state.className = "quiet";
    state.textContent = "Đang chờ";
    button.type = "button";
    button.className = "link-button";
    row.append(name, progress, state, button);
    form.querySelector(".upload-list").append(row);
    const item = { form, file, row, progress, state, button, request: null, done: false };
    this.#offer(item, "Hủy", () => {
      item.done = true;
      item.request?.abort();
      row.remove();
    });
    this.#queue.push(item);
  }

  #offer(item, label, press) {
    item.button.textContent = label;
    item.button.hidden = !label;
    item.button.onclick = press;
  }

  async #run() {
    if (this.#running) return;
    this.#running = true;
    let stored = [];
    for (let item = this.#queue.shift(); item; item = this.#queue.shift()) {
      if (item.done) continue;
      const answer = await this.#send(item);
      if (answer?.picture || answer?.file) stored.push(answer);
      if (stored.length && !this.#queue.length) await this.refresh(stored.splice(0));
    }
    this.#running = false;
  }

  /** Sends one file. Resolves with what became of it, or with nothing where it has to be begun anew. */
  #send(item) {
    const fields = new FormData(item.form);
    fields.delete("file");
    fields.append("file", item.file, item.file.name);
    const request = (item.request = new XMLHttpRequest());
    request.open("POST", item.form.getAttribute("action"));
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    item.state.textContent = "Đang tải lên";
    request.upload.onprogress = ({ loaded, total }) => {
      item.progress.value = loaded / total;
      if (loaded === total) item.state.textContent = "Đang xử lý";
    };
    return new Promise((resolve) => {
      request.onloadend = () => {
        item.request = null;
        if (item.done) return resolve();
        const answer = Array.isArray(request.response) ? request.response[0] : null;
        const wait = answer?.retry ?? Number(request.status === 429 && request.getResponseHeader("Retry-After"));
        if (wait) {
          item.state.textContent = "Đang chờ đến lượt";
          setTimeout(() => resolve(item.done ? undefined : this.#send(item)), wait * 1000);
          return;
        }
        this.#show(item, request, answer);
        resolve(answer);
      };
      request.send(fields);
    });
  }

  #show(item, request, answer) {
    item.progress.hidden = true;
    item.done = true;
    if (answer && !answer.error) {
      item.state.textContent = "Đã tải lên";
      return this.#offer(item, "");
    }
    item.row.className = "failed";
    item.state.textContent = answer?.error ?? request.response?.error ?? "Mất kết nối, tệp chưa được tải lên.";
    if (answer) return this.#offer(item, "Ẩn", () => item.row.remove());
    this.#offer(item, "Thử lại", () => {
      item.row.remove();
      this.#add(item.form, item.file);
      this.#run();
    });
  }

  /** Replaces the part of the page that shows what was uploaded; what is chosen in it stays chosen. */
  async refresh(stored) {
    const id = this.dataset.refreshes;
    const shown = document.getElementById(id);
    const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!shown || !answer?.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
    if (!fresh) return;
    const chosen = shown.querySelector("input:checked")?.value;
    shown.replaceChildren(...fresh.childNodes);
    const isNew = !chosen && stored.find(({ picture }) => picture);
    const value = isNew ? String(isNew.picture) : chosen;
    const choice = [...shown.querySelectorAll("input[type=radio]")].find((input) => input.value === value);
    if (!choice) return;
    choice.checked = true;
    if (isNew) choice.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** Uploads one file and resolves with what it became. */
async function upload(file) {
  const fields = new FormData();
  fields.append("file", file, file.name);
  const address = document.querySelector("form.upload").getAttribute("action");
  const answer = await fetch(address, { method: "POST", body: fields, headers: { Accept: "application/json" } }).catch(() => null);
  const stored = await answer?.json().catch(() => null);
  const outcome = Array.isArray(stored) ? stored[0] : stored;
  if (!outcome) throw new Error("Mất kết nối, tệp chưa được tải lên.");
  if (outcome.error) throw new Error(outcome.error);
  return outcome;
}

/** Uploads one picture and resolves with its number. */
async function uploadPicture(file) {
  const outcome = await upload(file);
  if (!outcome.picture) throw new Error("Tệp này không phải là ảnh.");
  // the choice that this brings knows how the picture is described
  await document.querySelector("loa-upload")?.refresh([]);
  return outcome.picture;
}

/** The choice of a picture in the article's form: it says how the picture is described. */
const choiceOf = (number) => document.querySelector(`#picture input[value="${CSS.escape(number)}"]`);

/** Stores the description of a picture. */
async function describePicture(address, number, alt) {
  const fields = new URLSearchParams({ id: number, alt });
  const answer = await fetch(address, { method: "POST", body: fields }).catch(() => null);
  if (!answer?.ok) throw new Error("Chưa lưu được lời mô tả ảnh. Vui lòng thử lại.");
  const choice = choiceOf(number);
  if (!choice) return;
  choice.dataset.alt = alt;
  choice.parentElement.querySelector("img").alt = alt;
}

/** Puts the editor in the place of the plain text area, which stays where the editor cannot be loaded. */
class ArticleEditor extends HTMLElement {
  #editor = null;

  async connectedCallback() {
    const area = this.querySelector("textarea[name=body]");
    const format = this.querySelector("input[name=format]");
    const { startEditor } = await import(new URL("editor.js", import.meta.url));
    // what was typed meanwhile stays as it was typed
    const isTyped = area.value !== area.defaultValue && format.value !== "html";
    if (!this.isConnected || this.#editor || isTyped) return;
    const content = format.value === "html" ? area.value : this.querySelector("template").innerHTML;
    this.#editor = startEditor({
      host: this,
      area,
      format,
      content,
      previews: this.dataset.previews,
      upload: uploadPicture,
      uploadFile: upload,
      pictures: {
        altOf: (number) => choiceOf(number)?.dataset.alt ?? "",
        describe: (number, alt) => describePicture(this.dataset.describes, number, alt),
      },
    });
    // the program in the browser brought back what was kept on this device
    this.closest("form").addEventListener("loa-restored", () => {
      if (format.value === "html") return this.#editor?.replace(area.value);
      this.#editor?.stop();
      this.#editor = null;
    });
  }

  disconnectedCallback() {
    this.#editor?.stop();
    this.#editor = null;
  }
}

customElements.define("loa-upload", Upload);
customElements.define("loa-editor", ArticleEditor);

// Answers that the office keeps: their list opens below the form of an answer, is searched while one types, and a press
// puts one into the field. Without this script the list is a page of its own.
const foldText = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();

// what the browser opens elsewhere is left to it
const isPlain = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

/** Shows the list below the form of an answer, once at a time: its fields have ids. */
async function openSavedAnswers(link) {
  const form = link.closest("form");
  const isOpen = form.parentElement.querySelector(".saved-answers");
  for (const list of document.querySelectorAll(":is(.queue-card, #chi-tiet) .saved-answers")) list.remove();
  if (isOpen || link.ariaBusy) return;
  link.ariaBusy = "true";
  const answer = await fetch(link.href, { headers: { Accept: "text/html" } }).catch(() => null);
  const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
  link.ariaBusy = null;
  const list = page && page.querySelector(".saved-answers");
  if (!list) {
    form.querySelector(".field-error").textContent = "Không tải được câu mẫu. Vui lòng thử lại.";
    return;
  }
  form.after(list);
  list.querySelector("input[type=search]").focus();
}

addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-saved]");
  if (link && isPlain(event)) {
    event.preventDefault();
    openSavedAnswers(link);
  }
  const use = event.target.closest?.(":is(.queue-card, #chi-tiet) a[data-answer]");
  if (use && isPlain(event)) {
    event.preventDefault();
    const list = use.closest(".saved-answers");
    const area = list.parentElement.querySelector("textarea[name=body]");
    area.value = [area.value.trimEnd(), use.dataset.answer].filter(Boolean).join("\n\n");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    list.remove();
    area.focus();
  }
});
addEventListener("input", (event) => {
  if (!event.target.matches?.("input[data-filters]")) return;
  const wanted = foldText(event.target.value.trim());
  const section = event.target.closest("section");
  const items = [...section.querySelectorAll("ol > li")];
  for (const item of items) item.hidden = !foldText(item.textContent).includes(wanted);
  section.querySelector("[role=status]").textContent = items.some((item) => !item.hidden) ? "" : "Không có câu mẫu nào khớp.";
});
addEventListener("submit", (event) => {
  // what is typed there narrows the list already
  if (event.target.closest?.(":is(.queue-card, #chi-tiet) .saved-answers")) event.preventDefault();
});

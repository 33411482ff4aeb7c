// Keeps what readers type until it is stored. A form with `data-draft` is copied to `sessionStorage` under that name with
// every key, and filled in again when its page is shown: after a link and back, after another page of comments, after a
// reload. What staff type is kept for their account instead, by the program.

const PREFIX = "loa-soan:";
// what the draft keeps beside the fields, and the field that keeps it
const NOTE = "data-note";
// the field with the name that the browser gives what is being written
const TOKEN = "token";
const FIELDS = "input[name]:not([type=hidden]), textarea[name]";

// a browser may refuse to store anything, and a full storage keeps the previous draft
const attempt = (run) => {
  try {
    return run(sessionStorage) ?? undefined;
  } catch {}
};
const key = (form) => PREFIX + form.dataset.draft;
const isInPlace = (form) => form.hasAttribute("data-in-place");
const isChanged = (field) => field.value !== field.defaultValue || !!field.checked !== !!field.defaultChecked;
const fieldsOf = (form) => [...form.querySelectorAll(FIELDS)];

/** Keeps what stands in a form now. */
export function saveDraft(form) {
  const fields = new FormData(form);
  // hidden fields are the page's own, and some are secret
  for (const { name } of form.querySelectorAll("input[type=hidden][name]")) {
    if (name !== TOKEN || isInPlace(form)) fields.delete(name);
  }
  if (form.hasAttribute(NOTE)) fields.append(NOTE, form.getAttribute(NOTE));
  const text = new URLSearchParams([...fields].filter(([, value]) => typeof value === "string")).toString();
  attempt((storage) => storage.setItem(key(form), text));
}

/** Fills a form with its draft, and keeps what was typed while the program was being loaded. */
export function restoreDraft(form) {
  const draft = findDraft(form);
  // what was refused is newer than any draft
  if (draft !== undefined && !form.hasAttribute("data-refused")) fill(form, new URLSearchParams(draft));
  if (fieldsOf(form).some(isChanged)) saveDraft(form);
}

/** Restores the forms of a plain HTML page. A form with a view of its own restores itself. */
export function restorePlainForms() {
  document.querySelectorAll("form[data-draft][data-in-place]").forEach(restoreDraft);
}

// fills the fields that hold what the page came with; one that was changed is left as it is
function fill(form, draft) {
  const token = draft.get(TOKEN);
  if (token !== null && !isInPlace(form)) for (const field of form.querySelectorAll(`input[name=${TOKEN}]`)) field.value = token;
  const fields = fieldsOf(form);
  for (const field of fields) {
    const value = draft.get(field.name);
    if (value === null) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      const isChosenAnew = fields.some((other) => other.name === field.name && isChanged(other));
      if (!isChosenAnew && value === field.value) field.checked = true;
    } else if (!isChanged(field)) field.value = value;
  }
}

/** What is kept of a form, as it is stored. */
export const findDraft = (form) => attempt((storage) => storage.getItem(key(form)));

/** A field of the draft of this name. */
export function findDraftField(name, field) {
  return new URLSearchParams(attempt((storage) => storage.getItem(PREFIX + name)) ?? "").get(field) || undefined;
}

/** Deletes the draft of a form that was stored. */
export const deleteDraft = (form) => void (form.dataset.draft && attempt((storage) => storage.removeItem(key(form))));

/** Deletes the drafts of all forms. */
export function deleteDrafts() {
  attempt((storage) => {
    for (const name of Object.keys(storage)) if (name.startsWith(PREFIX)) storage.removeItem(name);
  });
}

for (const type of ["input", "change"]) {
  addEventListener(type, (event) => {
    const form = event.target.closest?.("form[data-draft]");
    if (form) saveDraft(form);
  });
}

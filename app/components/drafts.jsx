// How long after a reconnection fields may still come that are to be filled again.
const LATEST_MS = 10_000;
const FIELDS = "main :is(input, textarea, select)";
const SECRET = "input[type=password], input[type=file], [data-select], [data-search], [data-find], .select-all input";

const nameOf = (field) => field.id || (field.name && `${field.name}=${field.type === "radio" ? field.value : ""}`);
const toggles = (field) => field.type === "checkbox" || field.type === "radio";
const valueOf = (field) => (toggles(field) ? field.checked : field.value);
const fields = () => [...document.querySelectorAll(FIELDS)].filter((field) => nameOf(field) && !field.matches(SECRET));

/** Fill a field as hands would, so that whoever listens hears of it. */
function fill(field, value) {
  if (toggles(field)) return field.checked !== value && (field.type === "checkbox" || value) && field.click();
  const prototype = Object.getPrototypeOf(field);
  Object.getOwnPropertyDescriptor(prototype, "value").set.call(field, value);
  field.dispatchEvent(new Event(field.tagName === "SELECT" ? "change" : "input", { bubbles: true }));
  field.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
}

/** Keep what stands in the fields of this page from now on. The server that comes back may not know this tab any more,
 *  and draws the page anew: `restore` then fills the fields that were replaced. `forget` ends it. */
export function keepDrafts() {
  const path = location.pathname;
  const kept = new Map();
  const note = (field) => kept.set(nameOf(field), { field, value: valueOf(field) });
  const heard = (event) => event.isTrusted && event.target.matches?.(FIELDS) && !event.target.matches(SECRET) && note(event.target);
  fields().forEach(note);
  addEventListener("input", heard, true);
  let observer = null;
  let timer = 0;
  const forget = () => {
    removeEventListener("input", heard, true);
    observer?.disconnect();
    clearTimeout(timer);
  };
  const look = () => {
    if (location.pathname !== path) return forget();
    for (const field of fields()) {
      const known = kept.get(nameOf(field));
      if (!known || known.field === field) continue;
      known.field = field;
      if (valueOf(field) !== known.value) fill(field, known.value);
    }
  };
  const restore = () => {
    observer = new MutationObserver(look);
    observer.observe(document.body, { childList: true, subtree: true });
    look();
    timer = setTimeout(forget, LATEST_MS);
  };
  return { restore, forget };
}

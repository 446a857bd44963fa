import { toggleExact } from "../moments/moments.jsx";

const seen = (one) => one.checkVisibility();
const first = (target) => [...document.querySelectorAll(target)].find(seen);
const currentRow = () => document.activeElement?.closest?.("tr, article");

/** Move over the rows of a list; Enter then opens the focused link by itself. */
function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")].filter(seen);
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement);
  rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))].focus();
}

/** Show the palette, with the commands of this page alone where `scope` is "page". */
export function openPalette(scope = "") {
  const palette = document.getElementById("palette");
  const open = document.querySelector("dialog[open]");
  if (open === palette) return palette.close();
  if (open?.id === "drawer") open.close();
  else if (open) return;
  palette.dataset.scope = scope;
  palette.showModal();
}

/** What each verb of the table does. `way` has `navigate` and `setTheme`. */
export const ACTIONS = {
  go: (target, way) => way.navigate(target),
  load: (target) => location.assign(target),
  focus: (target) => first(target)?.focus(),
  press: (target) => first(target)?.click(),
  dialog: (target) => document.querySelector(target)?.showModal(),
  send: (target) => document.querySelector(target)?.requestSubmit(),
  next: () => step(1),
  previous: () => step(-1),
  vote: (target) => (currentRow() ?? document.querySelector("[data-voting]"))?.querySelector(target)?.click(),
  new: (target, way) => {
    const here = first("[data-new]");
    if (here) here.click();
    else way.navigate(target);
  },
  row: (target) => currentRow()?.querySelector(target)?.click(),
  menu: () => {
    const button = currentRow()?.querySelector("[data-menu]");
    if (button) button.click();
    else openPalette("page");
  },
  times: () => toggleExact(),
  theme: (target, way) => way.setTheme(target),
  palette: () => openPalette(),
};

/** Whether an entry can do something on this page now. */
export const applies = ({ action, target }) => !["focus", "press"].includes(action) || Boolean(first(target));

/** The buttons and links in the head of this page, as commands. */
export function pageCommands() {
  return [...document.querySelectorAll(".page-head :is(a, button).button")].filter(seen).map((one) => ({
    id: `page-${one.textContent}`, words: one.textContent.trim(), group: "This page", symbol: "executions", run: () => one.click(),
  }));
}

import { useEffect } from "react";
import { useLocation, useNavigate } from "react-router";

const TYPING = "input, textarea, select, [contenteditable]";
const SECOND_KEY_MS = 1200;

const ACTIONS = {
  focus: (target) => document.querySelector(target)?.focus(),
  press: (target) => document.querySelector(target)?.click(),
  dialog: (target) => document.querySelector(target)?.showModal(),
  next: () => step(1),
  previous: () => step(-1),
};

/** Move over the rows of a list; Enter then opens the focused link by itself. */
function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement);
  rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))].focus();
}

/** Keys of the table in shortcuts.py. Silent while typing and while a dialog is open. */
export function Shortcuts({ table }) {
  const navigate = useNavigate();
  const { pathname } = useLocation();

  useEffect(() => {
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  }, [pathname]);

  useEffect(() => {
    let first = "";
    let timer = 0;
    const press = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
      const keys = first ? `${first} ${event.key}` : event.key;
      const entry = table.find((row) => row.keys === keys);
      clearTimeout(timer);
      first = "";
      if (!entry && table.some((row) => row.keys.startsWith(`${event.key} `))) {
        first = event.key;
        timer = setTimeout(() => (first = ""), SECOND_KEY_MS);
        return;
      }
      if (!entry || entry.action === "browser") return;
      event.preventDefault();
      if (entry.action === "go") navigate(entry.target);
      else ACTIONS[entry.action](entry.target);
    };
    addEventListener("keydown", press);
    return () => {
      removeEventListener("keydown", press);
      clearTimeout(timer);
    };
  }, [table, navigate]);

  // Browsers from before 2025 do not know `commandfor`; the same two commands for them.
  useEffect(() => {
    if ("command" in HTMLButtonElement.prototype) return;
    const click = (event) => {
      const opener = event.target.closest?.("button[commandfor]");
      const dialog = opener && document.getElementById(opener.getAttribute("commandfor"));
      if (dialog) opener.getAttribute("command") === "close" ? dialog.close() : dialog.showModal();
    };
    addEventListener("click", click);
    return () => removeEventListener("click", click);
  }, []);
  return null;
}

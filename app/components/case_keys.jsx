import { useEffect } from "react";

const TYPING = "input, textarea, select, [contenteditable]";

/** Go to the case above or below the chosen one. */
function step(by) {
  const cases = [...document.querySelectorAll("[data-case]")];
  const at = cases.findIndex((one) => one.getAttribute("aria-current") === "true");
  const next = cases[Math.min(cases.length - 1, Math.max(0, at + by))];
  if (!next || next === cases[at]) return;
  next.focus();
  next.click();
}

/** Heard before the keys of every page are: here `k` keeps. Silent while typing, and while a dialog is open. */
export function CaseKeys({ keys }) {
  useEffect(() => {
    const press = (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (event.target.closest?.(TYPING) || document.querySelector("dialog[open], :popover-open")) return;
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const button = keys[event.key] && document.querySelector(`[data-act="${keys[event.key]}"]`);
      if (!by && !button) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (by) step(by);
      else button.click();
    };
    addEventListener("keydown", press, true);
    return () => removeEventListener("keydown", press, true);
  }, [keys]);
  return null;
}

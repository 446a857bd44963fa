import { useContext, useEffect } from "react";
import { useLocation, useNavigate, useNavigationType } from "react-router";
import { ColorModeContext } from "$/utils/context";
import { ACTIONS } from "./commands.jsx";

const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable], [role=menu] *";
const SECOND_KEY_MS = 1200;

/** Keys of the table in shortcuts.py. Silent while typing and while a dialog is open, the palette's own excepted. */
export function Shortcuts({ table }) {
  const navigate = useNavigate();
  const { setColorMode } = useContext(ColorModeContext);
  const { pathname } = useLocation();
  const arrival = useNavigationType();

  useEffect(() => {
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
    // A new page begins at its top; after Back its place is brought back (place.jsx).
    if (arrival === "PUSH") scrollTo(0, 0);
  }, [pathname]);

  useEffect(() => {
    let first = "";
    let timer = 0;
    const way = { navigate, setTheme: setColorMode };
    const press = (event) => {
      if (event.isComposing) return;
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        return ACTIONS.palette();
      }
      if (event.ctrlKey || event.metaKey || event.altKey) return;
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
      ACTIONS[entry.action](entry.target, way);
    };
    addEventListener("keydown", press);
    return () => {
      removeEventListener("keydown", press);
      clearTimeout(timer);
    };
  }, [table, navigate, setColorMode]);

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

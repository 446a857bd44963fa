import { useEffect, useRef } from "react";
import { alike } from "./editor_alike.js";
import { keeping } from "./editor_keeping.js";
import { previewing, pricing } from "./editor_preview.js";

const ASKED = "editor-asked";
// A page that comes without its form a second time is shown as it is.
const AGAIN_MS = 10_000;

/** The server draws the form; who came here by the router has none yet, and asks for the page itself. */
function fetchTheForm() {
  const last = Number(sessionStorage.getItem(ASKED));
  if (Date.now() - last < AGAIN_MS) return;
  sessionStorage.setItem(ASKED, String(Date.now()));
  location.reload();
}

/** Around the author's form: everything that only a script can add to it. */
export function Editor({ children }) {
  const box = useRef(null);
  useEffect(() => {
    const form = box.current.querySelector("form[data-desk]");
    if (!form) {
      if (!box.current.querySelector("[data-slot]").childElementCount) fetchTheForm();
      return undefined;
    }
    const stop = new AbortController();
    const keep = keeping(form, stop.signal);
    previewing(box.current, form, stop.signal);
    pricing(form, stop.signal);
    alike(form, stop.signal);
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-publish]"));
    }, { signal: stop.signal });
    const wrong = form.querySelector("[aria-invalid=true]");
    wrong?.focus();
    return () => {
      keep.flush();
      stop.abort();
    };
  }, []);
  return <div ref={box}>{children}</div>;
}

import { useState } from "react";

/** Put text on the clipboard; where the browser gives none (plain http off this machine), by the old command. */
async function put(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

/** A button that copies `text` and says so, to eyes and to readers. `relative` makes it an address of this site,
 *  `compact` leaves only the icon. */
export function CopyButton({ text, label, relative, compact, children }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await put(relative ? location.origin + text : text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button type="button" className={`button ${compact ? "quiet tiny above" : "lined"}`} title={compact ? label : undefined} onClick={copy}>
      {compact && copied ? <span aria-hidden="true">✓</span> : children}
      <span className={compact ? "unseen" : ""} aria-live="polite">{copied ? "Copied" : label}</span>
    </button>
  );
}

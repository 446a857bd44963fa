import { useState } from "react";

/** A button that copies `text` and says so, to eyes and to readers. `relative` makes it an address of this site. */
export function CopyButton({ text, label, relative, children }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(relative ? location.origin + text : text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button type="button" className="button lined" onClick={copy}>
      {children}
      <span aria-live="polite">{copied ? "Copied" : label}</span>
    </button>
  );
}

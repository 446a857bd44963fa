import { useEffect, useRef, useState } from "react";

/** One toast. It leaves by itself after `ms`, but not while it is hovered or holds the focus. */
export function Toast({ name, ms, kind, onGone, children }) {
  const [held, hold] = useState(false);
  const gone = useRef(onGone);
  gone.current = onGone;
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => gone.current?.(name), ms);
    return () => clearTimeout(timer);
  }, [held, ms, name]);
  return (
    <div
      className={`toast ${kind}`} onMouseEnter={() => hold(true)} onMouseLeave={() => hold(false)}
      onFocus={() => hold(true)} onBlur={() => hold(false)}
    >
      {children}
    </div>
  );
}

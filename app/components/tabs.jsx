import { Children, useEffect, useId, useRef, useState } from "react";
import { flushSync } from "react-dom";

/**
 * Tabs as the ARIA pattern wants them: one stop for Tab, arrows between. Panels stay mounted, so a log keeps its place.
 * What stands in a hidden one shows it by the event "reveal".
 * With `onFirst` a panel is mounted when its tab is chosen for the first time; it is called with the tab's label then.
 */
export function Tabs({ labels, name, onFirst, children }) {
  const id = useId();
  const [chosen, show] = useState(0);
  const seen = useRef(new Set([0]));
  const choose = (at) => {
    show(at);
    if (!seen.current.has(at)) {
      seen.current.add(at);
      onFirst?.(labels[at]);
    }
  };
  const list = useRef(null);
  const whole = useRef(null);
  const latest = useRef(choose);
  latest.current = choose;
  useEffect(() => {
    const box = whole.current;
    const reveal = (event) => {
      const at = [...box.children].findIndex((child) => child.contains(event.target)) - 1;
      if (at >= 0) flushSync(() => latest.current(at));
    };
    box.addEventListener("reveal", reveal);
    return () => box.removeEventListener("reveal", reveal);
  }, []);
  const panels = Children.toArray(children);
  const move = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next =
      event.key === "Home" ? 0 : event.key === "End" ? labels.length - 1 : step ? chosen + step : null;
    if (next === null) return;
    event.preventDefault();
    const at = (next + labels.length) % labels.length;
    choose(at);
    list.current.children[at].focus();
  };
  return (
    <div className="grow" ref={whole}>
      <div className="tablist" role="tablist" aria-label={name} ref={list} onKeyDown={move}>
        {labels.map((label, at) => (
          <button
            key={label} type="button" role="tab" className="tab" id={`${id}-t${at}`} aria-controls={`${id}-p${at}`}
            aria-selected={at === chosen} tabIndex={at === chosen ? 0 : -1} onClick={() => choose(at)}
          >
            {label}
          </button>
        ))}
      </div>
      {panels.map((panel, at) => (
        <div key={at} role="tabpanel" id={`${id}-p${at}`} aria-labelledby={`${id}-t${at}`} hidden={at !== chosen}>
          {!onFirst || seen.current.has(at) ? panel : null}
        </div>
      ))}
    </div>
  );
}

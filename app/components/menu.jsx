import { useEffect, useId, useRef, useState } from "react";
import { Glyph } from "../icons/glyph.jsx";

const GAP = 4;

/** Put the menu below its button, above it where there is no room, and never outside the window. */
function place(button, menu) {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = at.bottom + GAP + height <= innerHeight || at.top < height;
  menu.style.top = `${below ? at.bottom + GAP : at.top - GAP - height}px`;
  const left = at.width > width ? at.left : at.right - width;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
}

/** A button and its menu as the ARIA pattern wants them: arrows, Home and End, letters, Escape, focus back.
 *  `items` are {value, words, symbol, danger, href, checked}; one with `checked` given is a radio. */
export function Menu({ label, className, items, icons, onChoose, children, ...rest }) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const button = useRef(null);
  const menu = useRef(null);
  const entries = () => [...menu.current.querySelectorAll("[role^=menuitem]")];
  const show = () => {
    menu.current.showPopover();
    place(button.current, menu.current);
    const all = entries();
    (all.find((one) => one.ariaChecked === "true") || all[0])?.focus();
  };
  const hide = () => menu.current.matches(":popover-open") && menu.current.hidePopover();
  useEffect(() => {
    if (!open) return;
    const follow = () => place(button.current, menu.current);
    addEventListener("resize", follow);
    addEventListener("scroll", hide, { passive: true });
    return () => {
      removeEventListener("resize", follow);
      removeEventListener("scroll", hide);
    };
  }, [open]);
  const move = (event) => {
    const all = entries();
    const at = all.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "Tab") return hide();
    if (next === undefined) {
      const key = event.key.toLowerCase();
      if (key.length > 1 || event.ctrlKey || event.metaKey) return;
      const found = [...all.slice(at + 1), ...all].find((one) => one.textContent.trim().toLowerCase().startsWith(key));
      return found?.focus();
    }
    event.preventDefault();
    all[(next + all.length) % all.length].focus();
  };
  const choose = (item) => {
    hide();
    onChoose?.(item.value);
  };
  return (
    <>
      <button
        type="button" ref={button} className={className} aria-haspopup="menu" aria-expanded={open} aria-controls={id} {...rest}
        onClick={() => (open ? hide() : show())}
        onKeyDown={(event) => event.key === "ArrowDown" && (event.preventDefault(), show())}
      >
        {children}
      </button>
      <div
        id={id} ref={menu} className="menu" role="menu" aria-label={label} popover="auto" onKeyDown={move}
        onToggle={(event) => setOpen(event.newState === "open")}
      >
        {items.map((item) => {
          const inner = <><Glyph paths={icons?.[item.symbol]} /><span>{item.words}</span></>;
          const props = { tabIndex: -1, className: item.danger ? "danger" : "" };
          if (item.href) return <a key={item.value} {...props} role="menuitem" href={item.href} target="_blank" rel="noopener" onClick={hide}>{inner}</a>;
          const radio = item.checked !== undefined;
          return (
            <button key={item.value} {...props} type="button" role={radio ? "menuitemradio" : "menuitem"} aria-checked={radio ? item.checked : undefined} onClick={() => choose(item)}>
              {inner}
            </button>
          );
        })}
      </div>
    </>
  );
}

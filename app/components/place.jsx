import { useEffect, useRef } from "react";
import { useLocation } from "react-router";

const KEY = "place:";
// The router and the browser bring readers back too, to where the page was before its content came. For so long ours counts.
const HOLD_MS = 800;
const TOUCHES = ["wheel", "touchstart", "pointerdown", "keydown"];

/** Stay at `y` until the reader moves by themselves, or the page has settled. */
function hold(y) {
  const until = performance.now() + HOLD_MS;
  const moved = new AbortController();
  for (const touch of TOUCHES) addEventListener(touch, () => moved.abort(), { passive: true, signal: moved.signal });
  const again = () => {
    if (moved.signal.aborted) return;
    if (performance.now() > until) return moved.abort();
    if (Math.abs(scrollY - y) > 1) scrollTo(0, y);
    requestAnimationFrame(again);
  };
  again();
}

/** Brings a reader back to where they were on a page whose content arrives later: after Back, and after a reload. */
export function Place({ ready }) {
  const { key, pathname } = useLocation();
  const name = `${KEY}${pathname}:${key}`;
  const restored = useRef("");
  useEffect(() => {
    if (!ready) return;
    if (restored.current !== name) {
      const y = Number(sessionStorage.getItem(name));
      if (y && !restored.current) hold(y);
      restored.current = name;
    }
    let timer = 0;
    let last = 0;
    const store = () => {
      timer = 0;
      sessionStorage.setItem(name, String(last));
    };
    const remember = () => {
      // On the way out the router scrolls up, when the address is the next page's already.
      if (window.location.pathname !== pathname) return;
      last = Math.round(scrollY);
      timer ||= setTimeout(store, 100);
    };
    remember();
    addEventListener("scroll", remember, { passive: true });
    return () => {
      if (timer) {
        clearTimeout(timer);
        store();
      }
      removeEventListener("scroll", remember);
    };
  }, [ready, name, pathname]);
  return null;
}

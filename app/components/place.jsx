import { useEffect, useRef } from "react";
import { useLocation } from "react-router";

const KEY = "place:";

/** Brings a reader back to where they were on a page whose content arrives later: after Back, and after a reload. */
export function Place({ ready }) {
  const { key, pathname } = useLocation();
  const name = `${KEY}${pathname}:${key}`;
  const restored = useRef("");
  useEffect(() => {
    if (!ready) return;
    if (restored.current !== name) {
      const y = Number(sessionStorage.getItem(name));
      if (y && !restored.current) scrollTo(0, y);
      restored.current = name;
    }
    let timer = 0;
    const remember = () => {
      timer ||= setTimeout(() => {
        timer = 0;
        sessionStorage.setItem(name, String(Math.round(scrollY)));
      }, 100);
    };
    remember();
    addEventListener("scroll", remember, { passive: true });
    return () => {
      clearTimeout(timer);
      removeEventListener("scroll", remember);
    };
  }, [ready, name]);
  return null;
}

import { useEffect, useRef } from "react";

/** Calls `onBeat` every `ms` while the page is looked at, and once when it is looked at again. */
export function Pulse({ ms, onBeat }) {
  const beat = useRef(onBeat);
  beat.current = onBeat;
  useEffect(() => {
    if (!ms) return;
    const tick = () => document.visibilityState === "visible" && beat.current?.();
    const timer = setInterval(tick, ms);
    document.addEventListener("visibilitychange", tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  }, [ms]);
  return null;
}

/** Puts the focus on the first field with an error whenever `turn` rises. */
export function FocusError({ turn, within }) {
  useEffect(() => {
    if (!turn) return;
    const bad = document.querySelector(`#${within} :is([aria-invalid="true"], [data-invalid="true"])`);
    bad?.focus();
    bad?.scrollIntoView({ block: "center" });
  }, [turn, within]);
  return null;
}

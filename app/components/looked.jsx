import { useEffect } from "react";

// A little more than the five seconds that the server asks for (services/ideas/views.py).
const LONG_ENOUGH_MS = 5200;

/** Hands a page's ticket in once it was looked at for long enough; time in a tab that nobody sees does not count. */
export function Looked({ idea, ticket }) {
  useEffect(() => {
    if (!ticket) return undefined;
    let timer = 0;
    let left = LONG_ENOUGH_MS;
    let since = 0;
    const tell = () => {
      left = 0;
      fetch(`/ideas/${idea}/looks`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ticket }) }).catch(() => null);
    };
    const watch = () => {
      clearTimeout(timer);
      if (since) left -= performance.now() - since;
      since = 0;
      if (document.hidden || left <= 0) return;
      since = performance.now();
      timer = setTimeout(tell, left);
    };
    watch();
    document.addEventListener("visibilitychange", watch);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", watch);
    };
  }, [idea, ticket]);
  return null;
}

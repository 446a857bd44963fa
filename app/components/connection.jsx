import { useEffect, useRef, useState } from "react";
import { keepDrafts } from "./drafts.jsx";

// How Reflex waits after each failed attempt: 200 ms more each time, 2 s at most.
const STEP_MS = 200;
const MOST = 10;
const clock = (at) => new Date(at).toLocaleTimeString(undefined, { timeStyle: "medium" });

/** The strip of a page that has lost its server: since when, and when it tries again. `errors` grows with each attempt. */
export function ConnectionStrip({ errors }) {
  const [offline, setOffline] = useState(false);
  const [now, setNow] = useState(0);
  const [back, setBack] = useState(false);
  const since = useRef(0);
  const tries = useRef(0);
  const next = useRef(0);
  const lost = errors.length > 0 || offline;

  useEffect(() => {
    const look = () => setOffline(!navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    look();
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  useEffect(() => {
    if (!errors.length) return;
    tries.current = Math.min(tries.current + 1, MOST);
    next.current = Date.now() + STEP_MS * tries.current;
    setNow(Date.now());
  }, [errors]);
  useEffect(() => {
    if (!lost) return;
    since.current = Date.now();
    setNow(Date.now());
    setBack(false);
    const drafts = keepDrafts();
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => {
      clearInterval(timer);
      drafts.restore();
      tries.current = next.current = 0;
      setBack(true);
      setTimeout(setBack, 3000, false);
    };
  }, [lost]);

  const wait = Math.ceil((next.current - now) / 1000);
  return (
    <>
      <div role="status" aria-live="polite" className={lost || back ? `strip ${lost ? "" : "good"}` : ""}>
        {lost && (
          <p>
            <strong>{offline ? "This device is offline" : "No connection to the server"}</strong>
            {` since ${clock(since.current || now)}. You can go on reading, and what you typed stays. `}
            <span className="number" aria-hidden="true">{offline ? "" : wait > 0 ? `Next try in ${wait} s.` : "Trying now…"}</span>
          </p>
        )}
        {!lost && back && <p>Connected again.</p>}
      </div>
    </>
  );
}

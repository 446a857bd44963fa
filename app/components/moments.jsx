import { useEffect, useState, useSyncExternalStore } from "react";

const EXACT = "exact-times";
const CHANGED = "exact-times-changed";

/** One clock for all moments on a page. */
function useNow(ms) {
  const [now, setNow] = useState(null);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), ms);
    return () => clearInterval(timer);
  }, [ms]);
  return now;
}

const isExact = () => {
  try {
    return localStorage.getItem(EXACT) === "yes";
  } catch {
    return false;
  }
};
const listen = (changed) => {
  addEventListener(CHANGED, changed);
  addEventListener("storage", changed);
  return () => {
    removeEventListener(CHANGED, changed);
    removeEventListener("storage", changed);
  };
};

/** Show moments as date and time instead of "2 h ago", or the other way; kept in this browser. */
export function toggleExact() {
  const exact = !isExact();
  localStorage.setItem(EXACT, exact ? "yes" : "no");
  dispatchEvent(new Event(CHANGED));
  return exact;
}

export function span(seconds) {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function ago(seconds) {
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} d ago`;
}

// The zone that the reader has chosen; the browser's own while there is none.
let chosenZone = "";

/** Lets all full times on the page be told in a time zone. */
export function TimeZone({ zone }) {
  useEffect(() => {
    chosenZone = zone || "";
  }, [zone]);
  return null;
}

/** Date and time as the reader's browser writes them, short enough for a table, in the zone of their choice. */
function exactly(moment) {
  const form = { dateStyle: "medium", timeStyle: "medium" };
  if (!chosenZone) return moment.toLocaleString(undefined, form);
  try {
    return moment.toLocaleString(undefined, { ...form, timeZone: chosenZone });
  } catch {
    return moment.toLocaleString(undefined, form); // this browser does not know the zone
  }
}

/** Time from `since` to `until`, or to now while `until` is empty. */
export function Elapsed({ since, until }) {
  const now = useNow(100);
  if (!since) return <span className="number">–</span>;
  const end = until ? Date.parse(until) : now;
  if (end === null) return <span className="number">–</span>;
  const passed = Math.max(0, (end - Date.parse(since)) / 1000);
  // A running clock does not begin with flickering milliseconds.
  return (
    <time className="number" dateTime={`PT${passed.toFixed(3)}S`}>
      {!until && passed < 1 ? `${passed.toFixed(1)} s` : span(passed)}
    </time>
  );
}

/** How long ago `at` was, or its date and time where the reader prefers that. The full moment is in the tooltip. */
export function Ago({ at }) {
  const now = useNow(1000);
  const exact = useSyncExternalStore(listen, isExact, () => false);
  if (!at) return <span>–</span>;
  const moment = new Date(at);
  const words = now === null ? "" : exact ? exactly(moment) : ago(Math.max(0, (now - moment) / 1000));
  return <time dateTime={at} title={now === null ? undefined : exactly(moment)}>{words}</time>;
}

function ahead(seconds) {
  if (seconds <= 0) return "ended";
  if (seconds < 3600) return "in less than an hour";
  const hours = Math.floor(seconds / 3600);
  if (hours < 48) return `in ${hours} ${hours === 1 ? "hour" : "hours"}`;
  return `in ${Math.floor(hours / 24)} days`;
}

/** How long it is to `at`. The full moment is in the tooltip. */
export function Until({ at }) {
  const now = useNow(60000);
  if (!at) return <span>–</span>;
  const moment = new Date(at);
  return (
    <time className="nowrap" dateTime={at} title={now === null ? undefined : exactly(moment)}>
      {now === null ? "" : ahead((moment - now) / 1000)}
    </time>
  );
}

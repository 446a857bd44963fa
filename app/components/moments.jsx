import { useEffect, useState } from "react";

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

/** Time from `since` to `until`, or to now while `until` is empty. */
export function Elapsed({ since, until }) {
  const now = useNow(100);
  if (!since) return <span className="number">–</span>;
  const end = until ? Date.parse(until) : now;
  if (end === null) return <span className="number">–</span>;
  const passed = Math.max(0, (end - Date.parse(since)) / 1000);
  // A running clock does not begin with flickering milliseconds.
  return <time className="number">{!until && passed < 1 ? `${passed.toFixed(1)} s` : span(passed)}</time>;
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

function fullTime(moment) {
  if (!chosenZone) return moment.toLocaleString();
  try {
    return moment.toLocaleString(undefined, { timeZone: chosenZone, timeZoneName: "short" });
  } catch {
    return moment.toLocaleString(); // this browser does not know the zone
  }
}

/** How long ago `at` was. The full moment is in the tooltip. */
export function Ago({ at }) {
  const now = useNow(1000);
  if (!at) return <span>–</span>;
  const moment = new Date(at);
  return (
    <time dateTime={at} title={now === null ? undefined : fullTime(moment)}>
      {now === null ? "" : ago(Math.max(0, (now - moment) / 1000))}
    </time>
  );
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
    <time className="nowrap" dateTime={at} title={now === null ? undefined : fullTime(moment)}>
      {now === null ? "" : ahead((moment - now) / 1000)}
    </time>
  );
}

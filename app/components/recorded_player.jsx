import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "react";
import { spreadWith } from "./log_repeats.js";
import { Rows } from "./log_rows.jsx";
import { Log, useVersion } from "./log_store.js";

// A recorded pause is shortened to this, so that a minute of installing does not bore anybody.
const LONGEST_PAUSE_MS = 700;
// What follows sooner is drawn together: nobody sees the difference, and a phone draws a fifth as often.
const SHORTEST_PAUSE_MS = 40;
// Of the log, before it begins: who never scrolls down to it pays nothing for it.
const SEEN_SHARE = 0.25;

/** Whether the element of `box` has been seen. */
function useSeen(box) {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) return;
      setSeen(true);
      observer.disconnect();
    }, { threshold: SEEN_SHARE });
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [box]);
  return seen;
}

/** A recorded execution that plays with its own rhythm once it is seen; all at once for who wants no motion. */
export default function RecordedPlayer({ url, titles }) {
  const log = useMemo(() => new Log(() => Promise.resolve([])), []);
  const [turn, again] = useReducer((count) => count + 1, 0);
  const [choices, setChoices] = useState({});
  const [spread, setSpread] = useState([]);
  const [following, setFollowing] = useState(true);
  const box = useRef(null);
  const seen = useSeen(box);
  useVersion(log);

  useEffect(() => {
    if (!seen) return;
    const abort = new AbortController();
    let timer = 0;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const set = (status) => ((log.status = status), log.changed());
    const play = (events, at) => {
      for (let next = at; next < events.length; next += 1) {
        log.show(events[next].seq);
        const pause = next + 1 < events.length ? Date.parse(events[next + 1].at) - Date.parse(events[next].at) : 0;
        if (still || pause < SHORTEST_PAUSE_MS) continue;
        timer = setTimeout(play, Math.min(pause, LONGEST_PAUSE_MS), events, next + 1);
        return;
      }
      log.show(null);
      set("ended");
    };
    fetch(url, { signal: abort.signal })
      .then((answer) => answer.json())
      .then(({ events }) => {
        events.forEach((event) => log.add(event));
        set("replay");
        play(events, 0);
      })
      .catch((error) => error.name !== "AbortError" && set("lost"));
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [seen, url, turn, log]);

  const isOpen = useCallback((fold) => choices[fold.first] ?? (fold.state === "running" || fold.state === "failed"), [choices]);
  const toggle = useCallback((fold) => setChoices((old) => ({ ...old, [fold.first]: !isOpen(fold) })), [isOpen]);
  const spreadTo = useCallback((repeat, open) => setSpread((old) => spreadWith(old, repeat, open)), []);
  const ended = log.status === "ended";
  const words = { waiting: "Connecting…", replay: "Playing", ended: "Complete", lost: "The recording could not be read." };
  return (
    <section className="log small" aria-label="Log" ref={box}>
      <Rows log={log} titles={titles || {}} isOpen={isOpen} onToggle={toggle} spread={spread} onSpread={spreadTo} following={following} onFollow={setFollowing} wrap={false} times="off" blank="Waiting for the first line…" />
      <div className="log-foot">
        <span>{words[log.status]}</span>
        {ended && <button type="button" className="log-tool" onClick={again}>Play again</button>}
        <span>{(log.until - log.outline().folds.length).toLocaleString("en")} lines</span>
      </div>
    </section>
  );
}

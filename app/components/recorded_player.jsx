import { useCallback, useEffect, useMemo, useReducer, useState } from "react";
import { Rows } from "./log_rows.jsx";
import { Log, useVersion } from "./log_store.js";

// A recorded pause is shortened to this, so that a minute of installing does not bore anybody.
const LONGEST_PAUSE_MS = 700;

/** A recorded execution that plays with its own rhythm; all at once for who wants no motion. */
export default function RecordedPlayer({ url, titles }) {
  const log = useMemo(() => new Log(() => Promise.resolve([])), []);
  const [turn, again] = useReducer((count) => count + 1, 0);
  const [choices, setChoices] = useState({});
  const [following, setFollowing] = useState(true);
  useVersion(log);

  useEffect(() => {
    const abort = new AbortController();
    let timer = 0;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const set = (status) => ((log.status = status), log.changed());
    const play = (events, at) => {
      for (let next = at; next < events.length; next += 1) {
        log.show(events[next].seq);
        const pause = next + 1 < events.length ? Date.parse(events[next + 1].at) - Date.parse(events[next].at) : 0;
        if (still || pause < 4) continue;
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
  }, [url, turn, log]);

  const isOpen = useCallback((fold) => choices[fold.first] ?? (fold.state === "running" || fold.state === "failed"), [choices]);
  const toggle = useCallback((fold) => setChoices((old) => ({ ...old, [fold.first]: !isOpen(fold) })), [isOpen]);
  const ended = log.status === "ended";
  const words = { waiting: "Connecting…", replay: "Playing", ended: "Complete", lost: "The recording could not be read." };
  return (
    <section className="log small" aria-label="Log">
      <Rows log={log} titles={titles || {}} isOpen={isOpen} onToggle={toggle} following={following} onFollow={setFollowing} wrap={false} times="off" blank="Waiting for the first line…" />
      <div className="log-foot">
        <span>{words[log.status]}</span>
        {ended && <button type="button" className="log-tool" onClick={again}>Play again</button>}
        <span>{(log.until - log.outline().folds.length).toLocaleString("en")} lines</span>
      </div>
    </section>
  );
}

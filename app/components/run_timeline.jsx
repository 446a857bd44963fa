import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { showInLog } from "./log_places.js";
import { spanOf } from "./log_model.js";
import { useLog } from "./log_follow.js";

const WORDS = { queued: "queued", running: "running", succeeded: "succeeded", failed: "failed", cancelled: "cancelled" };

/** Every attempt of every step as a bar in time; what passes between them is hatched. A click shows it in the log. */
export function RunTimeline({ url, turn, titles, queued }) {
  const log = useLog(url, turn);
  const list = useRef(null);
  const [now, setNow] = useState(0);
  const outline = log?.outline();
  const running = outline?.state === "running" && log.shown === null;
  useEffect(() => {
    if (!running) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [running]);

  const folds = outline?.folds || [];
  const reached = log?.samples.findLast((sample) => sample[0] <= log.until)?.[1] || 0;
  const end = running ? Math.max(now, reached) : reached;
  const start = Math.min(Date.parse(queued) || Infinity, log?.start() || Infinity);
  const length = Math.max(1, end - start);
  const bars = folds.map((fold, at) => {
    const from = Date.parse(fold.since);
    const to = fold.until ? Date.parse(fold.until) : end;
    const before = at ? Date.parse(folds[at - 1].until || fold.since) : start;
    return { fold, from, to, before: Math.min(before, from) };
  });
  const longest = Math.max(0, ...bars.map((bar) => bar.to - bar.from));
  useLayoutEffect(() => {
    const place = (element, from, to) => {
      element.style.left = `${(100 * (from - start)) / length}%`;
      element.style.width = `${(100 * Math.max(0, to - from)) / length}%`;
    };
    [...(list.current?.querySelectorAll("li") || [])].forEach((row, at) => {
      place(row.querySelector(".bar-wait"), bars[at].before, bars[at].from);
      place(row.querySelector(".bar-work"), bars[at].from, bars[at].to);
    });
  });
  if (!folds.length) return <p className="blank-line">No step has begun. Each gets a bar here, with its waits and its attempts. <a href="#step=validate" data-in-log="">Show the log</a></p>;
  return (
    <div className="timeline card">
      <ol ref={list} aria-label="Timeline">
        {bars.map(({ fold, from, to, before }) => (
          <li key={fold.first}>
            <button type="button" className="timeline-row" onClick={() => showInLog({ seq: fold.first })}>
              <span className="timeline-name">{titles[fold.name] || fold.name}{fold.attempt > 1 ? ` · ${fold.attempt}` : ""}</span>
              <span className="timeline-bars" aria-hidden="true">
                <span className="bar-wait" />
                <span className={`bar-work ${fold.state}`} />
              </span>
              <span className="timeline-time">
                {spanOf(to - from)}
                <span className="unseen">, {WORDS[fold.state]}{from - before > 100 ? `, after ${spanOf(from - before)} of waiting` : ""}</span>
                {to - from === longest && folds.length > 1 && <span className="tag">Longest</span>}
              </span>
            </button>
          </li>
        ))}
      </ol>
      <p className="hint">{spanOf(length)} in all, {spanOf(bars.reduce((sum, bar) => sum + bar.to - bar.from, 0))} of it work. Steps follow one another, so each is on the critical path.</p>
    </div>
  );
}

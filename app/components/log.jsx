import { Fragment, useCallback, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Lines } from "./log_lines.jsx";
import { listen, play } from "./log_sources.jsx";

const LINE = 20;
const FOLD = 30;
const AHEAD = 30;
const ON_PAPER = 2_000;
const GLYPHS = { queued: "○", running: "◐", waiting: "!", succeeded: "✓", failed: "✕", cancelled: "–" };
const clock = (at) => new Date(at).toISOString().slice(11, 23);
const seconds = (from, to) => {
  const span = (Date.parse(to) - Date.parse(from)) / 1000;
  if (span < 1) return `${Math.round(span * 1000)} ms`;
  return span < 10 ? `${span.toFixed(1)} s` : `${Math.round(span)} s`;
};

/** The log of an execution: live by SSE, or a recorded one played again. See log.py for its props. */
export function Log({ url, mode, titles, name, small, onState }) {
  const [lines] = useState(() => new Lines());
  const [version, draw] = useReducer((count) => count + 1, 0);
  const [turn, again] = useReducer((count) => count + 1, 0);
  const [status, setStatus] = useState("waiting");
  const frame = useRef(0);
  const told = useRef(onState);
  told.current = onState;

  useEffect(() => {
    if (!url) return;
    let timer = 0;
    const changed = (news) => {
      // A hidden tab has no frames; a timer draws there.
      frame.current ||= document.hidden ? setTimeout(paint, 250) : requestAnimationFrame(paint);
      if (news && !timer) timer = setTimeout(() => ((timer = 0), told.current?.()), 120);
    };
    const paint = () => ((frame.current = 0), draw());
    lines.reset();
    draw();
    const source = mode === "replay" ? play : listen;
    const stop = source(url, lines, changed, setStatus);
    return () => {
      stop();
      clearTimeout(timer);
      frame.current = 0;
    };
  }, [url, mode, turn, lines]);

  return (
    <LogView
      lines={lines} version={version} titles={titles || {}} name={name} small={small} status={status}
      onReplay={mode === "replay" && status === "ended" ? again : null}
    />
  );
}

function LogView({ lines, version, titles, name, small, status, onReplay }) {
  const [choices, setChoices] = useState({});
  const [wrap, setWrap] = useState(false);
  const [times, setTimes] = useState(false);
  const [find, setFind] = useState("");
  const [hit, setHit] = useState(0);
  const [following, setFollowing] = useState(true);
  const [seen, setSeen] = useState(0);
  const [view, setView] = useState({ top: 0, height: 600, columns: 100 });
  const [copied, setCopied] = useState(false);
  const body = useRef(null);
  const lastTop = useRef(0);

  const printing = usePrinting();
  const needle = find.trim().toLowerCase();
  const isOpen = useCallback(
    (step) => (needle || printing ? true : (choices[step.name] ?? (step.state === "running" || step.state === "failed"))),
    [choices, needle, printing],
  );
  const rows = useMemo(() => lines.rows(isOpen), [lines, version, isOpen]);
  const hits = useMemo(
    () => (needle ? lines.lines.filter((line) => line.text.toLowerCase().includes(needle)).map((line) => line.no) : []),
    [lines, version, needle],
  );
  const tops = useMemo(() => {
    const width = Math.max(20, view.columns - (times ? 14 : 0));
    let top = 8;
    const all = rows.map(({ step, line }) => {
      const here = top;
      top += step ? FOLD : wrap ? LINE * Math.max(1, Math.ceil(line.text.length / width)) : LINE;
      return here;
    });
    all.push(top + 8);
    return all;
  }, [rows, wrap, times, view.columns]);

  const count = lines.lines.length;
  const total = tops[rows.length];
  const first = printing ? Math.max(0, rows.length - ON_PAPER) : Math.max(0, after(tops, view.top) - AHEAD);
  const last = printing ? rows.length : Math.min(rows.length, after(tops, view.top + view.height) + AHEAD);

  useLayoutEffect(() => {
    const box = body.current;
    if (following && box) box.scrollTop = box.scrollHeight;
    if (following) setSeen(count);
  }, [total, following, count]);

  useEffect(() => {
    const box = body.current;
    const measure = () => setView((old) => ({ ...old, height: box.clientHeight, columns: Math.floor((box.clientWidth - 80) / 7.8) }));
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, []);

  const onScroll = () => {
    const box = body.current;
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
    if (atEnd) setFollowing(true);
    else if (box.scrollTop < lastTop.current - 2) setFollowing(false);
    lastTop.current = box.scrollTop;
    setView((old) => ({ ...old, top: box.scrollTop }));
  };
  const goTo = (no) => {
    const at = rows.findIndex((row) => row.line?.no === no);
    if (at < 0) return;
    setFollowing(false);
    body.current.scrollTop = tops[at] - view.height / 2;
  };
  const next = (step) => {
    if (!hits.length) return;
    const at = (hit + step + hits.length) % hits.length;
    setHit(at);
    goTo(hits[at]);
  };
  useEffect(() => {
    setHit(0);
    if (hits.length) goTo(hits[0]);
  }, [needle]);

  const copy = async () => {
    await navigator.clipboard.writeText(lines.text());
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  const download = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([lines.text()], { type: "text/plain" }));
    link.download = `${name}.log`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const fresh = count - seen;
  const current = hits[hit];

  return (
    <section className={`log ${small ? "small" : ""}`} aria-label="Log">
      <div className="log-bar">
        <div className="log-find" role="search">
          <span aria-hidden="true">⌕</span>
          <input
            type="search" placeholder="Find in log" aria-label="Find in log" value={find} data-find=""
            onChange={(event) => setFind(event.target.value)}
            onKeyDown={(event) => event.key === "Enter" && (event.preventDefault(), next(event.shiftKey ? -1 : 1))}
          />
          <span className="number" aria-live="polite">{needle ? `${hits.length ? hit + 1 : 0} of ${hits.length}` : ""}</span>
        </div>
        <button type="button" className="log-tool" aria-pressed={following} data-follow="" onClick={() => setFollowing(!following)}>Follow</button>
        <button type="button" className="log-tool" aria-pressed={wrap} onClick={() => setWrap(!wrap)}>Wrap</button>
        <button type="button" className="log-tool" aria-pressed={times} onClick={() => setTimes(!times)}>Times</button>
        <button type="button" className="log-tool" onClick={copy}>{copied ? "Copied" : "Copy"}</button>
        <button type="button" className="log-tool" onClick={download}>Download</button>
        {onReplay && <button type="button" className="log-tool" onClick={onReplay}>Play again</button>}
      </div>
      <div className="log-body" role="log" aria-live="off" aria-label="Log lines" tabIndex={0} ref={body} onScroll={onScroll}>
        {rows.length === 0 && <p className="log-blank">{status === "ended" ? "Nothing was logged." : "Waiting for the first line…"}</p>}
        <Spacer rows={rows} tops={tops} first={printing ? 0 : first} last={last} wrap={wrap}>
          {rows.slice(first, last).map(({ step, line }) =>
            step ? (
              <Fold key={`s-${step.name}`} step={step} title={titles[step.name] || step.name} open={isOpen(step)}
                onToggle={() => { setChoices({ ...choices, [step.name]: !isOpen(step) }); }} />
            ) : (
              <Line key={line.no} line={line} times={times} needle={needle} here={line.no === current} />
            ),
          )}
        </Spacer>
      </div>
      {!following && fresh > 0 && (
        <button type="button" className="log-more" onClick={() => setFollowing(true)}>
          {fresh} new {fresh === 1 ? "line" : "lines"} ↓
        </button>
      )}
      <div className="log-foot">
        <span>{STATUS[status]}</span>
        <span>{count.toLocaleString("en")} {count === 1 ? "line" : "lines"}</span>
      </div>
      <p className="unseen" aria-live="polite">{lines.summary}</p>
    </section>
  );
}

const STATUS = { waiting: "Connecting…", live: "Live", lost: "Connection lost. Reconnecting…", ended: "Complete", replay: "Playing" };

/** Whether the page is being printed: then every step is open and its lines are there, the last 2,000 at most. */
function usePrinting() {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const paper = matchMedia("print");
    // At once: the browser lays the pages out as soon as this returns.
    const look = () => flushSync(() => setPrinting(paper.matches));
    paper.addEventListener("change", look);
    return () => paper.removeEventListener("change", look);
  }, []);
  return printing;
}

/** Index of the first row whose top lies behind `y`. */
function after(tops, y) {
  let low = 0;
  let high = tops.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tops[middle] <= y) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** Room above and below the rows that are drawn. Heights go in by CSSOM, which the CSP allows. */
function Spacer({ rows, tops, first, last, wrap, children }) {
  const above = useRef(null);
  const below = useRef(null);
  useLayoutEffect(() => {
    above.current.style.height = `${first ? tops[first] - 8 : 0}px`;
    // Never below nothing: a height that is no height would leave the one of a longer log in place.
    below.current.style.height = `${last < rows.length ? tops[rows.length] - 8 - tops[last] : 0}px`;
  });
  return (
    <div className={`log-rows ${wrap ? "wrap" : ""}`}>
      <div ref={above} />
      {children}
      <div ref={below} />
    </div>
  );
}

function Fold({ step, title, open, onToggle }) {
  const time = step.until ? seconds(step.since, step.until) : "";
  return (
    <button type="button" className={`log-fold ${step.state}`} aria-expanded={open} onClick={onToggle}>
      <span className="caret" aria-hidden="true">›</span>
      <span className="glyph" aria-hidden="true">{GLYPHS[step.state]}</span>
      <span>{title}</span>
      <span className="meta">
        {[time, step.count ? `${step.count} ${step.count === 1 ? "line" : "lines"}` : "", step.note].filter(Boolean).join(" · ")}
      </span>
    </button>
  );
}

function Line({ line, times, needle, here }) {
  return (
    <div className={`log-line ${line.level} ${here ? "here" : ""}`}>
      <span className="log-no">{line.no}</span>
      {times && <span className="log-at">{clock(line.at)}</span>}
      <span className="log-text">{needle ? marked(line.text, needle) : line.text || " "}</span>
    </div>
  );
}

function marked(text, needle) {
  const parts = [];
  const low = text.toLowerCase();
  let from = 0;
  for (let at = low.indexOf(needle); at >= 0; at = low.indexOf(needle, from)) {
    parts.push(<Fragment key={at}>{text.slice(from, at)}<mark>{text.slice(at, at + needle.length)}</mark></Fragment>);
    from = at + needle.length;
  }
  return [...parts, text.slice(from)];
}

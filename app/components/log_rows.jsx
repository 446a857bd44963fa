import { Fragment, memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { FOLD, LINE, Layout, clockOf, spanOf } from "./log_model.js";
import { isSpread } from "./log_repeats.js";
import { lookOf, piecesOf, runsOf } from "./log_text.js";

const AHEAD = 600; // pixels drawn above and below what is seen
const TALLEST = 8_000_000; // a taller element is cut by browsers; then one pixel of the bar stands for several
const ON_PAPER = 2_000;
const GAP_MS = 5_000;
const GLYPHS = { queued: "○", running: "◐", waiting: "!", succeeded: "✓", failed: "✕", cancelled: "–" };
const nothing = () => [];
const NONE = [];

/** The rows of a log that are seen, however many there are. `isOpen(fold)` and `onToggle(fold)` are the caller's, and so
 * are the lines whose repetitions are `spread`, which `onSpread(repeat, open)` changes. `eye` keeps what is read where it
 * is (log_eye.js); without it rows stand where the bar says. */
export function Rows({ log, titles, isOpen, onToggle, spread = NONE, onSpread, onLine, following, onFollow, wrap, times, find = nothing, here = null, marked = null, hits = {}, goTo, blank, eye = null }) {
  const body = useRef(null);
  const layer = useRef(null);
  const lastTop = useRef(0);
  const focusOn = useRef(0);
  const measured = useRef("");
  const [view, setView] = useState({ top: 0, height: 600 });
  const [stretch, setStretch] = useState(1); // how much taller wrapped rows are than others, on the average
  const printing = usePrinting();
  const until = log.until;
  const outline = log.outline();
  const repeats = printing ? NONE : log.repeats();
  const layout = useMemo(() => {
    const first = printing ? Math.max(0, until - ON_PAPER) : 0;
    return new Layout(outline.folds, until, printing ? (fold) => fold.last > first : isOpen, repeats, (repeat) => isSpread(spread, repeat));
  }, [outline, until, isOpen, printing, repeats, spread]);

  /** Put the bar somewhere ourselves: that says nothing of what the reader wants. */
  const moveBar = (to) => {
    if (!body.current) return;
    body.current.scrollTop = to;
    lastTop.current = body.current.scrollTop;
  };

  const room = layout.height * (wrap ? stretch : 1);
  const height = Math.min(room, TALLEST);
  const share = Math.min(1, view.top / Math.max(1, height - view.height)); // how far down the reader is
  // Rows of one height stand where they stand; wrapped ones hang on the row at the reader's share of the whole.
  const scale = (layout.height - view.height) / Math.max(1, height - view.height);
  const top = wrap ? Math.max(0, share * layout.height - share * view.height) : height < room ? view.top * scale : view.top;
  const rows = printing ? layout.between(layout.topOf(Math.max(1, until - ON_PAPER)), layout.height) : layout.between(top - AHEAD, top + view.height + AHEAD);
  const anchor = wrap ? layout.at(share * layout.height) : null;

  /** Give the focus to the head of the fold that waits for it, once it is drawn. */
  const focusHead = () => {
    const head = focusOn.current && layer.current.querySelector(`[data-fold="${focusOn.current}"]`);
    if (!head) return;
    focusOn.current = 0;
    head.focus({ preventScroll: true });
  };

  useEffect(() => {
    const [first, last] = [rows[0]?.seq, rows.at(-1)?.seq];
    if (first) log.chunks.want(first, Math.max(last, first), log.last, until);
  });

  useLayoutEffect(() => {
    const box = body.current;
    const drawn = layer.current;
    const frame = { box, drawn, rows, log, layout, wrap, height, view, following, printing, scale: height < room ? scale : 1, loose: wrap || height < room };
    const bar = eye ? eye.bar(frame) : null;
    // By CSSOM, which the policy of the page allows.
    drawn.parentElement.style.height = printing ? "" : `${height}px`;
    if (bar !== null) {
      moveBar(bar);
      eye.moved(box.scrollTop);
      // Drawn again from there before anybody sees it.
      if (box.scrollTop !== view.top) return setView((old) => ({ ...old, top: box.scrollTop }));
    }
    let y = rows.length ? rows[0].top - top + view.top : 0;
    if (wrap && !printing && anchor) {
      const at = rows.findIndex((row) => row.seq === anchor.seq && !row.fold === !anchor.piece.fold);
      const row = drawn.children[at];
      const rest = (share * layout.height - (rows[at]?.top ?? 0)) / anchor.piece.height;
      if (row) y = view.top + share * view.height - (row.offsetTop + Math.min(1, Math.max(0, rest)) * row.offsetHeight);
      // Measured once for a width and a size of the log: a guess that followed every row would never rest.
      const size = `${drawn.offsetWidth} ${Math.ceil(Math.log2(until + 1))} ${times}`;
      if (measured.current !== size && rows.every((one) => one.fold || log.chunks.get(one.seq))) {
        measured.current = size;
        setStretch(Math.max(1, drawn.offsetHeight / Math.max(1, rows.reduce((sum, one) => sum + (one.fold ? FOLD : LINE), 0))));
      }
    }
    if (eye) y = eye.hold(frame, y);
    focusHead();
    drawn.style.transform = printing ? "" : `translateY(${y}px)`;
    return undefined;
  });

  useLayoutEffect(() => {
    if (following) moveBar(body.current.scrollHeight);
  }, [following, height, view.height]);

  useEffect(() => {
    const box = body.current;
    const observer = new ResizeObserver(() => setView((old) => ({ ...old, height: box.clientHeight })));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);

  const scrollTo = useCallback(
    (seq) => {
      const box = body.current;
      const y = layout.topOf(seq);
      const share = Math.min(1, Math.max(0, (y - box.clientHeight / 2) / Math.max(1, layout.height - box.clientHeight)));
      eye?.look(seq);
      moveBar(share * (box.scrollHeight - box.clientHeight));
      setView((old) => ({ ...old, top: box.scrollTop }));
    },
    [layout, eye],
  );
  useLayoutEffect(() => {
    if (!goTo) return;
    focusOn.current = goTo.focus ? goTo.seq : 0;
    scrollTo(goTo.seq);
    focusHead(); // where nothing has to scroll, nothing is drawn again
  }, [goTo]);

  const onScroll = () => {
    const box = body.current;
    if (!box) return; // the last turn of the wheel may be told after the page is left
    const move = box.scrollTop - lastTop.current;
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
    // Drawn at once: what comes into the log before the next frame finds the reader where they are.
    flushSync(() => {
      if (move) {
        eye?.look(0);
        if (atEnd) onFollow(true);
        else if (move < -2) onFollow(false);
      }
      lastTop.current = box.scrollTop;
      setView((old) => (old.top === box.scrollTop ? old : { ...old, top: box.scrollTop }));
    });
  };

  const start = log.start();
  return (
    <div className="log-body" role="log" aria-live="off" aria-label="Log lines" tabIndex={0} ref={body} onScroll={onScroll}>
      {until === 0 && <p className="log-blank">{blank}</p>}
      <div className="log-space">
        <div className={`log-rows ${wrap ? "wrap" : ""}`} ref={layer}>
          {rows.map((row) =>
            row.fold ? (
              <Fold key={row.key} fold={row.fold} title={titles[row.fold.name] || row.fold.name} open={row.open}
                hits={hits[row.fold.first] || 0} onToggle={onToggle} />
            ) : (
              <Line key={row.key} seq={row.seq} event={log.chunks.get(row.seq)} before={log.chunks.get(row.seq - 1)}
                times={times} start={start} find={find} here={row.seq === here}
                marked={!!marked && row.seq >= marked.from && row.seq <= marked.to} onLine={onLine}
                said={row.head ? row.head.repeat[1] - row.head.repeat[0] + 1 : 0} last={row.head?.repeat[1]} spread={!!row.head?.open} onSpread={onSpread} />
            ),
          )}
        </div>
      </div>
    </div>
  );
}

const Fold = memo(function Fold({ fold, title, open, hits, onToggle }) {
  const count = fold.last - fold.first - fold.said;
  const said = [
    fold.until ? spanOf(Date.parse(fold.until) - Date.parse(fold.since)) : "",
    count ? `${count.toLocaleString("en")} ${count === 1 ? "line" : "lines"}` : "",
    hits ? `${hits.toLocaleString("en")} ${hits === 1 ? "hit" : "hits"}` : "",
    fold.note,
  ];
  return (
    <button type="button" className={`log-fold ${fold.state}`} aria-expanded={open} data-fold={fold.first} onClick={() => onToggle(fold)}>
      <span className="caret" aria-hidden="true">{fold.last > fold.first ? "›" : ""}</span>
      <span className="glyph" aria-hidden="true">{GLYPHS[fold.state]}</span>
      <span>{title}{fold.attempt > 1 ? ` · attempt ${fold.attempt}` : ""}</span>
      <span className="unseen">, {fold.state}</span>
      <span className="meta">{said.filter(Boolean).join(" · ")}</span>
    </button>
  );
});

/** What an event without words of its own says. */
const WORDS = { "execution.started": "Started.", "execution.succeeded": "Succeeded.", "execution.failed": "Failed.", "execution.cancelled": "Cancelled.", "step.finished": "Done." };
const LEVELS = { "step.failed": "error", "execution.failed": "error", "step.finished": "end", "app.failed": "error" };

const Line = memo(function Line({ seq, event, before, times, start, find, here, marked, onLine, said, last, spread, onSpread }) {
  const level = event ? (event.kind === "log.line" ? event.level : LEVELS[event.kind] || "note") : "absent";
  const gap = event && before ? Date.parse(event.at) - Date.parse(before.at) : 0;
  return (
    <div className={`log-line ${level}${here ? " here" : ""}${marked ? " marked" : ""}${gap > GAP_MS ? " gap" : ""}`} title={gap > GAP_MS ? `${spanOf(gap)} without a word` : undefined}>
      <a className="log-no" href={`#L${seq}`} tabIndex={-1} aria-label={`Link to line ${seq}`} onClick={(click) => onLine?.(click, seq)}>{seq}</a>
      {times !== "off" && <span className="log-at">{event ? clockOf(times, event.at, start) : ""}</span>}
      {said > 0 && event && (
        <button type="button" className="log-times" aria-expanded={spread} aria-label={`Said ${said.toLocaleString("en")} times, lines ${seq} to ${last}`} onClick={() => onSpread?.([seq, last], !spread)}>
          × {said.toLocaleString("en")}
        </button>
      )}
      <span className="log-text">{event ? <Text text={event.text || WORDS[event.kind] || event.kind} find={find} /> : " "}</span>
    </div>
  );
});

/** The words of a line: coloured runs, links, marks. */
export function Text({ text, find }) {
  const pieces = piecesOf(runsOf(text), find);
  if (!pieces.length) return " ";
  return pieces.map(({ text: words, run, href, hit }, at) => {
    const look = lookOf(run);
    const inner = hit ? <mark>{words}</mark> : words;
    if (href) return <a key={at} {...look} href={href} target="_blank" rel="noopener noreferrer nofollow" tabIndex={-1}>{inner}</a>;
    return look.className || look.style ? <span key={at} {...look}>{inner}</span> : <Fragment key={at}>{inner}</Fragment>;
  });
}

/** Whether the page is being printed: then the last 2,000 lines are there, in open folds. */
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

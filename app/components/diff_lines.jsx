import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { changesOf, pairsOf, rowsOf } from "./diff_model.js";

const ROW = 20;
const AHEAD = 800; // pixels drawn above and below what is seen
const WHOLE = 600; // so few rows are all drawn: then the browser finds in them
const TAB = 8;
const COLUMN = 80; // of two columns none needs to be wider; what is longer is cut, and whole in one column

const SIGNS = { added: "+", removed: "−", same: " ", place: "" };
const SAID = { added: "added: ", removed: "removed: " };

/** The lines of one file's diff, in one column or in two; only what is seen is drawn. `step` ({by, turn}) goes to the next
 * or the previous change, and `onPast(by)` is called where there is none. Who came from the file before (`entry` 1) begins
 * at the first change, who came back (-1) at the last. */
export function DiffLines({ path, lines, split, step, entry, onPast }) {
  const box = useRef(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const [at, setAt] = useState(-1); // the row of the change that the reader went to
  const rows = useMemo(() => (split ? pairsOf(rowsOf(lines)) : rowsOf(lines)), [lines, split]);
  const changes = useMemo(() => changesOf(rows), [rows]);
  const widest = useMemo(() => lines.reduce((most, line) => Math.max(most, widthOf(line)), 0), [lines]);

  useEffect(() => {
    const observer = new ResizeObserver(() => setView({ top: box.current.scrollTop, height: box.current.clientHeight }));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  const show = (row) => {
    setAt(row);
    box.current.scrollTop = row * ROW - box.current.clientHeight / 3;
  };
  useLayoutEffect(() => {
    if (!entry || !changes.length) return;
    show(changes.at(entry > 0 ? 0 : -1));
    if (document.activeElement?.contains(box.current)) box.current.focus({ preventScroll: true });
  }, []);
  const done = useRef(step.turn);
  useLayoutEffect(() => {
    if (step.turn === done.current) return;
    done.current = step.turn;
    const next = step.by > 0 ? changes.find((row) => row > at) : changes.findLast((row) => row < at);
    if (next === undefined) onPast(step.by);
    else show(next);
  }, [step]);

  const whole = rows.length <= WHOLE;
  const first = whole ? 0 : Math.max(0, Math.floor((view.top - AHEAD) / ROW));
  const last = whole ? rows.length : Math.min(rows.length, Math.ceil((view.top + view.height + AHEAD) / ROW));
  const wide = split ? `calc(${2 * Math.min(widest, COLUMN)}ch + 160px)` : `calc(${widest}ch + 130px)`;
  return (
    <div className="diff-lines" role="region" aria-label={`Changes in ${path}`} tabIndex={0} ref={box} onScroll={() => setView({ top: box.current.scrollTop, height: box.current.clientHeight })}>
      <div className="diff-space" style={{ height: `${rows.length * ROW}px`, minWidth: wide }}>
        <div className="diff-rows" style={{ transform: `translateY(${first * ROW}px)` }}>
          {rows.slice(first, last).map((row, index) => (split ? <Pair key={first + index} row={row} here={first + index === at} /> : <One key={first + index} row={row} here={first + index === at} />))}
        </div>
      </div>
    </div>
  );
}

function One({ row, here }) {
  if (row.kind === "place") return <div className="diff-row place">{row.text}</div>;
  return (
    <div className={`diff-row ${row.kind}${here ? " here" : ""}`}>
      <span className="diff-no">{row.old || ""}</span>
      <span className="diff-no">{row.now || ""}</span>
      <Words row={row} />
    </div>
  );
}

function Pair({ row, here }) {
  if (row.kind === "place") return <div className="diff-row place">{row.text}</div>;
  return (
    <div className={`diff-row pair${here ? " here" : ""}`}>
      <Side row={row.left} no={row.left?.old} />
      <Side row={row.right} no={row.right?.now} />
    </div>
  );
}

const Side = ({ row, no }) => (
  <span className={`diff-side ${row?.kind || "none"}`}>
    <span className="diff-no">{no || ""}</span>
    {row && <Words row={row} />}
  </span>
);

const Words = ({ row }) => (
  <>
    <span className="diff-sign" aria-hidden="true">{SIGNS[row.kind]}</span>
    <span className="unseen">{SAID[row.kind]}</span>
    <span className="diff-text">{row.text || " "}</span>
  </>
);

/** How many columns a line takes; letters of Asia and emojis take two. */
function widthOf(line) {
  const tabs = line.split("\t").length - 1;
  return line.length + tabs * (TAB - 1) + (/[^\u0000-\u2e7f]/.test(line) ? line.length : 0);
}

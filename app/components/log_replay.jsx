import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { seqAt } from "./log_model.js";

const SPEEDS = [1, 2, 5, 10, 25, 50, 100];
const TICK_MS = 50;
const clock = (ms) => {
  const seconds = Math.floor(ms / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
};

/** Plays a log again: the whole page goes back to what it was at a moment. Closing it shows all again. */
export function ReplayBar({ log, titles, onTouch }) {
  const [at, setAt] = useState(0);
  const [speed, setSpeed] = useState(10);
  const [playing, setPlaying] = useState(true);
  const ticks = useRef(null);
  const [start, length] = [log.start(), Math.max(1, log.end() - log.start())];
  const marks = log.marks.filter((mark) => mark.kind === "step.started");

  const go = (ms) => {
    const to = Math.max(0, Math.min(length, ms));
    setAt(to);
    log.show(Math.max(1, seqAt(log.samples, start + to)));
    onTouch();
  };
  useEffect(() => {
    go(0);
    return () => log.show(null);
  }, [log]);
  useEffect(() => {
    if (!playing) return undefined;
    const timer = setInterval(() => setAt((old) => Math.min(length, old + TICK_MS * speed)), TICK_MS);
    return () => clearInterval(timer);
  }, [playing, speed, length]);
  useEffect(() => {
    log.show(Math.max(1, seqAt(log.samples, start + at)));
    if (at >= length) setPlaying(false);
  }, [at]);
  useLayoutEffect(() => {
    [...ticks.current.children].forEach((tick, number) => {
      tick.style.left = `${(100 * (Date.parse(marks[number].at) - start)) / length}%`;
    });
  });
  const toggle = () => {
    if (!playing && at >= length) go(0);
    setPlaying(!playing);
  };
  const keys = (event) => {
    if (event.key === " ") {
      event.preventDefault();
      toggle();
    }
  };
  return (
    <div className="log-replay" role="group" aria-label="Replay">
      <button type="button" className="log-tool" onClick={toggle}>{playing ? "Pause" : at >= length ? "Again" : "Play"}</button>
      <div className="log-scrub">
        <div className="log-ticks" aria-hidden="true" ref={ticks}>
          {marks.map((mark) => <span key={mark.seq} title={titles[mark.span] || mark.span} />)}
        </div>
        <input type="range" min={0} max={length} step={Math.max(1, Math.round(length / 1000))} value={at} aria-label="Moment" aria-valuetext={`${clock(at)} of ${clock(length)}`} onChange={(event) => (setPlaying(false), go(Number(event.target.value)))} onKeyDown={keys} />
      </div>
      <span className="number">{clock(at)} / {clock(length)}</span>
      <select className="log-tool" aria-label="Speed" value={speed} onChange={(event) => setSpeed(Number(event.target.value))}>
        {SPEEDS.map((one) => <option key={one} value={one}>{one}×</option>)}
      </select>
    </div>
  );
}

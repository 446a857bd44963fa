import { Glyph } from "../icons/glyph.jsx";
import { showInLog } from "./log_places.js";
import { spanOf, stepsOf } from "./log_model.js";
import { useLog } from "./log_follow.js";
import { Elapsed } from "../moments/moments.jsx";

const WORDS = { queued: "Queued", running: "Running", waiting: "Waiting for you", succeeded: "Succeeded", failed: "Failed", cancelled: "Cancelled" };
const GLYPHS = { queued: "○", running: "◐", waiting: "!", succeeded: "✓", failed: "✕", cancelled: "–" };

/** The tree of steps, each with its attempts below it: a function of the log, so it goes back with a replay. */
export function RunSteps({ url, turn, titles, state, icons }) {
  const log = useLog(url, turn);
  if (!log) return <ol className="steps" aria-label="Steps" aria-busy="true" />;
  const outline = log.outline();
  const steps = stepsOf({ ...outline, state: log.shown === null && state === "cancelled" ? state : outline.state }, titles);
  // What nobody has heard of for a while is not known to run.
  const silent = log.status === "lost" && Date.now() - log.lostAt > SILENT_MS;
  return (
    <ol className="steps" aria-label="Steps">
      {steps.map((step) => (
        <Step key={step.name} step={step} icons={icons} own={url.split("/").at(-1)} title={titles[step.name] || step.name} silent={silent && step.state === "running"}
          before={outline.folds.filter((fold) => fold.name === step.name && fold !== step)} now={log.shown === null ? 0 : log.samples.findLast((one) => one[0] <= log.until)?.[1]} />
      ))}
    </ol>
  );
}

const SILENT_MS = 10_000;

// The execution whose result a step has taken.
const OTHER = /^exec_[\da-z]+$/;

function Step({ step, title, before, silent, now, icons, own }) {
  const look = silent ? "queued" : step.state;
  const name = step.first ? <button type="button" className="step-link" onClick={() => showInLog({ step: step.name })}>{title}</button> : title;
  return (
    <li className={`step ${look}${step.reused ? " reused" : ""}`}>
      <span className="step-mark"><Glyph paths={icons[look]} /></span>
      <span className="step-name">{name}</span>
      <span className="step-time">{timeOf(step, now)}</span>
      <span className="step-word">
        {silent ? "Unknown: no word from the server" : step.note || WORDS[step.state]}
        {OTHER.test(step.reused || "") && step.reused !== own && <> <a href={`/executions/${step.reused}`}>See it there</a></>}
      </span>
      {before.length > 0 && (
        <ol className="step-before" aria-label={`Earlier attempts: ${title}`}>
          {before.map((fold) => (
            <li key={fold.first}>
              <button type="button" className="step-link" onClick={() => showInLog({ seq: fold.first })}>
                <span aria-hidden="true">{GLYPHS[fold.state]}</span> Attempt {fold.attempt}: {WORDS[fold.state].toLowerCase()}, {timeOf(fold, now)}
              </button>
            </li>
          ))}
        </ol>
      )}
    </li>
  );
}

function timeOf(step, now) {
  if (!step.since) return "";
  if (step.reused) return "0.0 s";
  if (step.until) return spanOf(Date.parse(step.until) - Date.parse(step.since));
  return now ? spanOf(Math.max(0, now - Date.parse(step.since))) : <Elapsed since={step.since} until="" />;
}

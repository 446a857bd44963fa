import { useMemo, useState } from "react";
import { NoAnswer, useAnswer, WhenSeen } from "./run_files.jsx";
import { spanOf } from "../log/log_model.js";

const SHOWN = 200; // and the rest on demand
const ORDERS = { slowest: "Slowest first", failed: "Failed first", run: "As they ran" };
const WORDS = { passed: "Passed", failed: "Failed", error: "Error", skipped: "Skipped" };
const GLYPHS = { passed: "✓", failed: "✕", error: "✕", skipped: "–" };
const FIRST = ["failed", "error", "skipped", "passed"];

/** The single tests of an execution with their times; the name of each leads to its lines. `version` changes with its state. */
export function RunTests(props) {
  return <WhenSeen><Tests {...props} /></WhenSeen>;
}

function Tests({ url, version }) {
  const tests = useAnswer(url && `${url}/tests?v=${version}`);
  const [order, setOrder] = useState("");
  const [all, setAll] = useState(false);
  const items = tests?.items;
  const chosen = order || (items?.some((one) => one.outcome === "failed" || one.outcome === "error") ? "failed" : "slowest");
  const sorted = useMemo(() => (items ? ordered(items, chosen) : []), [items, chosen]);
  if (!tests) return <p className="blank-line" aria-busy="true">Reading the times…</p>;
  if (tests.problem) return <NoAnswer {...tests} />;
  if (!items.length) return <p className="blank-line">The times of its single tests were not kept. Runs from now on have them here.</p>;
  const most = Math.max(1, ...items.map((one) => one.ms));
  return (
    <div className="stack">
      <div className="row apart">
        <p className="muted">{items.length.toLocaleString("en")} {items.length === 1 ? "test" : "tests"}, {spanOf(items.reduce((sum, one) => sum + one.ms, 0))} in all</p>
        <label className="row tight">
          <span>Order</span>
          <select className="input" value={chosen} onChange={(event) => setOrder(event.target.value)}>
            {Object.entries(ORDERS).map(([value, words]) => <option key={value} value={value}>{words}</option>)}
          </select>
        </label>
      </div>
      <div className="card flush">
        <table className="table tests">
          <caption className="unseen">Single tests</caption>
          <thead>
            <tr>
              <th scope="col">Test</th>
              <th scope="col" aria-sort={chosen === "failed" ? "other" : undefined}>Result</th>
              <th scope="col" className="right" aria-sort={chosen === "slowest" ? "descending" : undefined}>Time</th>
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, all ? undefined : SHOWN).map((one) => (
              <tr key={one.name}>
                <td data-label="Test"><a className="mono" href={`#find=${encodeURIComponent(one.name)}`} data-in-log="">{one.name}</a></td>
                <td data-label="Result"><span className={`test-result ${one.outcome}`}><span aria-hidden="true">{GLYPHS[one.outcome]}</span> {WORDS[one.outcome]}</span></td>
                <td data-label="Time" className="right">
                  <span className="test-time"><span className="test-bar" aria-hidden="true" style={{ width: `${(60 * one.ms) / most}px` }} />{spanOf(one.ms)}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!all && sorted.length > SHOWN && <button type="button" className="button lined" onClick={() => setAll(true)}>Show all {sorted.length.toLocaleString("en")}</button>}
    </div>
  );
}

/** Tests in an order; those that are equal in it stay as they ran. */
function ordered(items, order) {
  if (order === "slowest") return [...items].sort((one, other) => other.ms - one.ms);
  if (order === "failed") return [...items].sort((one, other) => FIRST.indexOf(one.outcome) - FIRST.indexOf(other.outcome) || other.ms - one.ms);
  return items;
}

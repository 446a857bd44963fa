import { useEffect, useRef, useState } from "react";
import { DiffLines } from "./diff_lines.jsx";
import { DiffTree } from "./diff_tree.jsx";
import { NoAnswer, useAnswer, WhenSeen } from "./run_files.jsx";

const KINDS = { added: "Added", removed: "Removed", changed: "Changed" };
const NARROW = "(max-width: 700px)"; // two columns have no room there

/** What this execution has written differently from another one. */
export function RunDiff(props) {
  return <WhenSeen><Diff {...props} /></WhenSeen>;
}

function Diff({ url, version, again }) {
  const others = useAnswer(url && `${url}/others?v=${version}`);
  const [other, setOther] = useState("");
  const first = others?.items?.[0]?.id || "";
  useEffect(() => setOther(first), [first]);
  if (!others) return <p className="blank-line" aria-busy="true">Looking for what it can be compared with…</p>;
  if (others.problem) return <NoAnswer {...others} />;
  if (!others.items.length) return <p className="blank-line">There is no other execution of this template whose files are still here. The next one can be compared with this. <a href={again}>Launch again</a></p>;
  return (
    <div className="stack">
      <label className="row">
        <span>Compared with</span>
        <select className="input" value={other} onChange={(event) => setOther(event.target.value)}>
          {others.items.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name} · template {one.version} · {new Date(one.created_at).toLocaleString()}{one.same_deployment ? " · same deployment" : ""}
            </option>
          ))}
        </select>
      </label>
      {other && <Changes key={other} url={url} other={other} version={version} />}
    </div>
  );
}

function Changes({ url, other, version }) {
  const [hiding, hide] = useKept("diff-hide-space");
  const [split, setSplit] = useKept("diff-split");
  const narrow = useNarrow();
  const [chosen, setChosen] = useState({ path: "", entry: 0 });
  const [step, setStep] = useState({ by: 0, turn: 0 });
  const section = useRef(null);
  const query = `with=${other}&ignore_space=${hiding}&v=${version}`;
  const diff = useAnswer(`${url}/diff?${query}&lines=0`);
  const items = diff?.items || [];
  const at = Math.max(0, items.findIndex((one) => one.path === chosen.path));
  const one = items[at];
  const file = useAnswer(one && `${url}/diff/file?${query}&path=${encodeURIComponent(one.path)}`);
  if (!diff) return <p className="blank-line" aria-busy="true">Comparing…</p>;
  if (diff.problem) return <NoAnswer {...diff} />;
  if (!items.length) return <p className="blank-line">The files of both are the same, byte for byte.</p>;

  const past = (by) => {
    const next = items[at + by];
    if (!next) return;
    // The lines go, and would take the focus of who reads them along.
    if (section.current.contains(document.activeElement) && !document.activeElement.closest("button")) section.current.focus({ preventScroll: true });
    setChosen({ path: next.path, entry: by });
  };
  const go = (by) => (file?.lines?.length ? setStep((old) => ({ by, turn: old.turn + 1 })) : past(by));
  const keys = (event) => {
    const by = { j: 1, k: -1 }[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("select, input")) return;
    event.preventDefault();
    event.stopPropagation();
    go(by);
  };
  const sum = (name) => items.reduce((total, each) => total + each[name], 0).toLocaleString("en");
  return (
    <>
      <div className="row apart">
        <p className="muted">{items.length.toLocaleString("en")} {items.length === 1 ? "file differs" : "files differ"}, {sum("added")} lines added, {sum("removed")} removed.</p>
        <div className="row tight">
          {!narrow && <button type="button" className="diff-tool" aria-pressed={split} onClick={() => setSplit(!split)}>Two columns</button>}
          <button type="button" className="diff-tool" aria-pressed={hiding} onClick={() => hide(!hiding)}>Hide white space</button>
        </div>
      </div>
      <div className={`diff-both card flush${split && !narrow ? " two" : ""}`} onKeyDownCapture={keys}>
        <DiffTree items={items} chosen={one.path} choose={(path) => setChosen({ path, entry: 0 })} />
        <section className="diff-file" aria-label={one.path} aria-busy={!file} tabIndex={-1} ref={section}>
          <div className="diff-head">
            <strong className="mono">{one.path}</strong> <span className="tag">{KINDS[one.kind]}</span>
            <span className="row tight diff-steps">
              <button type="button" className="diff-tool" aria-label="Previous change" onClick={() => go(-1)}>↑</button>
              <button type="button" className="diff-tool" aria-label="Next change" onClick={() => go(1)}>↓</button>
            </span>
          </div>
          {file?.problem && <NoAnswer {...file} />}
          {file?.note && <p className="diff-note muted">{file.note}</p>}
          {file?.lines?.length > 0 && <DiffLines key={`${one.path} ${split}`} path={one.path} lines={file.lines} split={split && !narrow} step={step} entry={chosen.entry} onPast={past} />}
          {file && !file.problem && !file.note && !file.lines.length && <p className="diff-note muted">{EMPTY[one.kind]}</p>}
          {!file && <p className="diff-note muted">Comparing…</p>}
        </section>
      </div>
    </>
  );
}

const EMPTY = { added: "An empty file.", removed: "It was an empty file.", changed: "No line differs." };

/** A yes or no that this browser keeps. */
function useKept(name) {
  const [on, set] = useState(() => {
    try {
      return localStorage.getItem(name) === "yes";
    } catch {
      return false;
    }
  });
  const keep = (value) => {
    set(value);
    try {
      localStorage.setItem(name, value ? "yes" : "no");
    } catch {
      // Without room the choice lives as long as the page.
    }
  };
  return [on, keep];
}

function useNarrow() {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const media = matchMedia(NARROW);
    const look = () => setNarrow(media.matches);
    media.addEventListener("change", look);
    return () => media.removeEventListener("change", look);
  }, []);
  return narrow;
}

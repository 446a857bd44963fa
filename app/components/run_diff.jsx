import { useEffect, useState } from "react";
import { NoAnswer, useAnswer, WhenSeen } from "./run_files.jsx";

const KINDS = { added: "Added", removed: "Removed", changed: "Changed" };
const MANY = 12; // with more files than this they begin closed

/** What this execution has written differently from another one. */
export function RunDiff(props) {
  return <WhenSeen><Diff {...props} /></WhenSeen>;
}

function Diff({ url, version, again }) {
  const others = useAnswer(url && `${url}/others?v=${version}`);
  const [other, setOther] = useState("");
  const first = others?.items?.[0]?.id || "";
  useEffect(() => setOther(first), [first]);
  const diff = useAnswer(url && other && `${url}/diff?with=${other}&v=${version}`);
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
      {!diff && <p className="blank-line" aria-busy="true">Comparing…</p>}
      {diff?.problem && <NoAnswer {...diff} />}
      {diff?.items && <Changes items={diff.items} />}
    </div>
  );
}

function Changes({ items }) {
  if (!items.length) return <p className="blank-line">The files of both are the same, byte for byte.</p>;
  const sum = (name) => items.reduce((total, one) => total + one[name], 0).toLocaleString("en");
  return (
    <>
      <p className="muted">{items.length.toLocaleString("en")} {items.length === 1 ? "file differs" : "files differ"}, {sum("added")} lines added, {sum("removed")} removed.</p>
      {items.map((one) => (
        <details key={one.path} className="diff card" open={items.length <= MANY}>
          <summary><span className="mono">{one.path}</span> <span className="tag">{KINDS[one.kind]}</span> <span className="number">+{one.added} −{one.removed}</span></summary>
          {one.note && <p className="hint">{one.note}</p>}
          {one.lines.length > 0 && (
            <pre tabIndex={0} role="region" aria-label={`Changes in ${one.path}`}>
              {one.lines.map((line, at) => <span key={at} className={`diff-line ${LOOKS[line[0]] || ""}`}>{line}{"\n"}</span>)}
            </pre>
          )}
        </details>
      ))}
    </>
  );
}

const LOOKS = { "+": "added", "-": "removed", "@": "place" };

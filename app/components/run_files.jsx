import { useEffect, useRef, useState } from "react";

/** Ask our API; `null` while the answer is on its way, `{problem, again}` when there is none. */
export function useAnswer(address) {
  const [answer, setAnswer] = useState(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    setAnswer(null);
    if (!address) return undefined;
    const abort = new AbortController();
    const again = () => setTurn((count) => count + 1);
    fetch(address, { signal: abort.signal })
      .then(async (response) => {
        const body = await response.json();
        setAnswer(response.ok ? body : { problem: body.detail || "The server could not answer.", again });
      })
      .catch((error) => error.name !== "AbortError" && setAnswer({ problem: "The server did not answer.", again }));
    return () => abort.abort();
  }, [address, turn]);
  return answer;
}

/** Why there is no answer, and the one thing to do. */
export function NoAnswer({ problem, again }) {
  return <p className="blank-line" role="alert">{problem} <button type="button" className="button lined" onClick={again}>Try again</button></p>;
}

const sizeOf = (bytes) => (bytes < 1000 ? `${bytes} B` : bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`);

/** Children that are drawn once they come into sight: a tab that nobody opens asks for nothing. */
export function WhenSeen({ children }) {
  const place = useRef(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => entry.isIntersecting && setSeen(true));
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return <div ref={place} className="when-seen">{seen && children}</div>;
}

/** The code as a tree, one file of it as text, and what was made of it with its hash. `version` changes with its state. */
export function RunFiles(props) {
  return <WhenSeen><Files {...props} /></WhenSeen>;
}

function Files({ url, version, archive }) {
  const files = useAnswer(url && `${url}/files?v=${version}`);
  const [chosen, choose] = useState("");
  const file = useAnswer(chosen && `${url}/files/text?path=${encodeURIComponent(chosen)}`);
  if (!files) return <p className="blank-line" aria-busy="true">Reading the files…</p>;
  if (files.problem) return <NoAnswer {...files} />;
  if (!files.items.length) return <p className="blank-line">No code is here yet. It is written in the second step, and stays until its folder is cleaned up.</p>;
  const one = files.items.find((item) => item.path === chosen);
  return (
    <div className="stack">
      {files.artefacts.length > 0 && (
        <ul className="card artefacts" aria-label="Artefacts">
          {files.artefacts.map((made) => (
            <li key={made.path}>
              <a href={archive} className="mono">{made.path}</a>
              <span className="number muted">{sizeOf(made.size_bytes)}</span>
              <code title="SHA-256">sha256:{made.sha256}</code>
            </li>
          ))}
        </ul>
      )}
      <div className="files card">
        <nav className="files-tree" aria-label="Files"><Folder items={files.items} from={0} chosen={chosen} choose={choose} /></nav>
        <div className="files-text" role="region" aria-label="Content" tabIndex={0} aria-busy={!!chosen && !file}>
          {!chosen && <p className="muted">{files.items.length.toLocaleString("en")} files. Choose one to read it.</p>}
          {one && <p className="files-head"><strong className="mono">{one.path}</strong> <span className="muted">{sizeOf(one.size_bytes)}</span><code>sha256:{one.sha256}</code></p>}
          {file?.problem && <NoAnswer {...file} />}
          {file?.binary && <p className="muted">This is no text.</p>}
          {file && !file.problem && !file.binary && <pre>{file.text}{file.cut ? "\n… (the rest is in the archive)" : ""}</pre>}
        </div>
      </div>
    </div>
  );
}

/** A folder and what is in it. `items` are sorted by path and begin with the same `from` characters. */
function Folder({ items, from, chosen, choose }) {
  const folders = new Map();
  const here = [];
  for (const item of items) {
    const cut = item.path.indexOf("/", from);
    if (cut < 0) here.push(item);
    else folders.set(item.path.slice(from, cut), [...(folders.get(item.path.slice(from, cut)) || []), item]);
  }
  return (
    <ul>
      {[...folders].map(([name, inside]) => (
        <li key={name}>
          <details open={from === 0 && folders.size <= 3}>
            <summary>{name}/</summary>
            <Folder items={inside} from={from + name.length + 1} chosen={chosen} choose={choose} />
          </details>
        </li>
      ))}
      {here.map((item) => (
        <li key={item.path}>
          <button type="button" aria-current={item.path === chosen} onClick={() => choose(item.path)}>{item.path.slice(from)}</button>
        </li>
      ))}
    </ul>
  );
}

import { useEffect, useState } from "react";

/** What was bought, read over HTTP: it never passes through State, which outlives a session. */
export function Bought({ idea, version, caseId }) {
  const [parts, setParts] = useState(null);
  const [problem, setProblem] = useState("");
  const [turn, again] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    setProblem("");
    const [from, method] = caseId ? [`/moderation/cases/${caseId}/paid`, "POST"] : [`/ideas/${idea}/paid`, "GET"];
    fetch(from, { method, signal: stop.signal, cache: "no-store" })
      .then(async (answer) => {
        const body = await answer.json();
        if (!answer.ok) throw new Error(body.detail);
        setParts(body.parts);
      })
      .catch((error) => stop.signal.aborted || setProblem(error.message || "The server did not answer."));
    return () => stop.abort();
  }, [idea, version, caseId, turn]);
  if (problem)
    return (
      <div className="empty" role="alert">
        <h2>The text could not be read</h2>
        <p>{problem}</p>
        <button type="button" className="button lined" onClick={() => again(turn + 1)}>Try again</button>
      </div>
    );
  if (!parts) return <div className="skeleton" aria-busy="true"><p className="unseen">Loading</p><div className="bone block" /></div>;
  return (
    <div className="stack loose bought">
      {parts.length > 1 && (
        <nav aria-label="Contents" className="contents">
          <ol>{parts.map((one) => <li key={one.name}><a href={`#${one.name}`}>{one.heading}</a></li>)}</ol>
        </nav>
      )}
      {parts.map((one) => (
        <section key={one.name} id={one.name} className="stack tight">
          <h2>{one.heading}</h2>
          {/* Made by services/ideas/markdown.py, which lets no tag of an author pass. */}
          <div className="readme" dangerouslySetInnerHTML={{ __html: one.html }} />
        </section>
      ))}
    </div>
  );
}

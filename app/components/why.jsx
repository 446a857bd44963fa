import { useEffect, useId, useState } from "react";

/** What the server says of the place of an idea: a sentence, and every factor with where it comes from. */
function Explained({ idea, slot }) {
  const [why, setWhy] = useState(null);
  const [problem, setProblem] = useState("");
  const [turn, again] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    setProblem("");
    fetch(`/api/v1/ideas/${idea}/why?slot=${slot}`, { signal: stop.signal })
      .then(async (answer) => {
        const body = await answer.json();
        if (!answer.ok) throw new Error(body.detail);
        setWhy(body);
      })
      .catch((error) => stop.signal.aborted || setProblem(error.message || "The server did not answer."));
    return () => stop.abort();
  }, [idea, slot, turn]);
  if (problem)
    return (
      <p role="alert">
        {problem} <button type="button" className="button lined small-button" onClick={() => again(turn + 1)}>Try again</button>
      </p>
    );
  if (!why) return <div className="skeleton" aria-busy="true"><p className="unseen">Loading</p><div className="bone" /></div>;
  return (
    <>
      <p>{why.sentence}</p>
      <dl className="factors">
        {why.factors.map((one) => (
          <div key={one.name}>
            <dt>{one.name}</dt>
            <dd className="number">{one.value}</dd>
            <dd className="muted small">{one.how}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** "Why here?": a link to its page, which opens the same in place where scripts run. */
export function Why({ idea, title, slot }) {
  const [open, setOpen] = useState(false);
  const name = useId();
  const press = (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    setOpen(!open);
  };
  return (
    <>
      <a
        href={`/ideas/${idea}/why?slot=${slot}`} className="why above" role="button" aria-expanded={open} aria-controls={open ? name : undefined}
        aria-label={`Why is ${title} here?`} onClick={press} onKeyDown={(event) => event.key === " " && press(event)}
      >
        Why here?
      </a>
      {open && <div id={name} className="why-panel above"><Explained idea={idea} slot={slot} /></div>}
    </>
  );
}

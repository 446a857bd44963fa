import { useCallback, useEffect, useRef, useState } from "react";

const api = (path, more) => fetch(`/api/v1/${path}`, more).catch(() => null);

/** The dialog that makes, lists and withdraws links to an execution, over the REST API: a link never passes through State. */
export function Share({ id, execution }) {
  const [links, setLinks] = useState([]);
  const [made, setMade] = useState(null);
  const [days, setDays] = useState("7");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const [copied, setCopied] = useState(false);
  const turn = useRef(0); // how often it was closed: a link that comes after that is not shown to whoever opens it next

  const read = useCallback(async () => {
    const answer = await api(`executions/${execution}/shares`);
    if (answer?.ok) setLinks((await answer.json()).items);
  }, [execution]);
  useEffect(() => {
    const dialog = document.getElementById(id);
    const look = (event) => event.newState === "open" && read();
    dialog.addEventListener("toggle", look);
    return () => dialog.removeEventListener("toggle", look);
  }, [id, read]);

  // The browser says that it closed a moment afterwards, maybe when it is open again: that one begins anew as well.
  const end = () => {
    turn.current += 1;
    setMade(null);
    setProblem("");
  };
  const make = async (event) => {
    event.preventDefault();
    const asked = turn.current;
    setBusy(true);
    const answer = await api(`executions/${execution}/shares`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ days: Number(days) }) });
    setBusy(false);
    const body = await answer?.json().catch(() => null);
    if (asked !== turn.current) return read();
    if (!answer?.ok) return setProblem(body?.detail || "The server did not answer. Try again.");
    setProblem("");
    setCopied(false);
    setMade(body);
    read();
  };
  const withdraw = async (link) => {
    const answer = await api(`shares/${link.id}`, { method: "DELETE" });
    if (!answer?.ok) return setProblem("The link could not be withdrawn. Try again.");
    if (made?.id === link.id) setMade(null);
    read();
  };
  const copy = async () => {
    await navigator.clipboard.writeText(made.url);
    setCopied(true);
  };
  return (
    <dialog id={id} className="dialog" aria-labelledby={`${id}-title`} onClose={end}>
      <h2 id={`${id}-title`}>Share this execution</h2>
      <p>Whoever has the link sees steps and log, live, without an account. Options, addresses, folders and names of people are left out.</p>
      {made ? (
        <div className="copybox dialog-part">
          <code tabIndex={0} role="region" aria-label="The link">{made.url}</code>
          <button type="button" className="button ink" onClick={copy}><span aria-live="polite">{copied ? "Copied" : "Copy"}</span></button>
        </div>
      ) : (
        <form onSubmit={make} className="dialog-part row">
          <label htmlFor={`${id}-days`}>Ends in</label>
          <select className="input" id={`${id}-days`} value={days} onChange={(event) => setDays(event.target.value)}>
            <option value="1">1 day</option>
            <option value="7">7 days</option>
            <option value="30">30 days</option>
          </select>
          <button className="button ink" aria-busy={busy} disabled={busy}>{busy ? "Making…" : "Make link"}</button>
        </form>
      )}
      {made && <p className="hint">It is shown this once.</p>}
      <p className="field-error" role="alert">{problem}</p>
      {links.length > 0 && (
        <ul className="shares dialog-part" aria-label="Links">
          {links.map((link) => (
            <li key={link.id}>
              <span>Made {new Date(link.created_at).toLocaleString()}, {link.ended ? "ended" : `ends ${new Date(link.expires_at).toLocaleString()}`}</span>
              <button type="button" className="button lined" onClick={() => withdraw(link)}>Withdraw</button>
            </li>
          ))}
        </ul>
      )}
      <div className="dialog-actions">
        <button type="button" className="button lined" commandfor={id} command="close">Close</button>
      </div>
    </dialog>
  );
}

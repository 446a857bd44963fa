import { useRef, useState } from "react";

/** Makes an API key over the REST API, so that the key itself never passes through State. Shown once, then forgotten. */
export function NewKey({ id, scopes, onMade }) {
  const [made, setMade] = useState(null);
  const [problem, setProblem] = useState("");
  const [asksAgain, setAsksAgain] = useState(false);
  const [busy, setBusy] = useState(false);
  const [copied, setCopied] = useState(false);
  const form = useRef(null);

  const submit = async (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    const days = Number(data.get("days"));
    const ends = days ? new Date(Date.now() + days * 86400000).toISOString() : null;
    setBusy(true);
    const answer = await fetch("/api/v1/keys", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name: data.get("name"), scopes: data.getAll("scopes"), expires_at: ends }),
    }).catch(() => null);
    setBusy(false);
    const body = await answer?.json().catch(() => null);
    setAsksAgain(body?.code === "step_up_needed");
    if (!answer?.ok) return setProblem(body?.detail || body?.title || "The server did not answer. Try again.");
    setProblem("");
    setMade(body);
    onMade?.();
  };
  const copy = async () => {
    await navigator.clipboard.writeText(made.token);
    setCopied(true);
  };
  const forget = () => {
    setMade(null);
    setProblem("");
    setAsksAgain(false);
    setCopied(false);
    form.current?.reset();
  };

  return (
    <dialog id={id} className="dialog" aria-labelledby={`${id}-title`} onClose={forget}>
      <h2 id={`${id}-title`}>{made ? `${made.name} is ready` : "Make an API key"}</h2>
      {made ? (
        <>
          <p>Copy it now: it is not shown again.</p>
          <div className="copybox dialog-part">
            <code tabIndex={0} role="region" aria-label="The new key">{made.token}</code>
            <button type="button" className="button ink" onClick={copy}><span aria-live="polite">{copied ? "Copied" : "Copy"}</span></button>
          </div>
          <div className="dialog-actions">
            <button type="button" className="button lined" commandfor={id} command="close">Done</button>
          </div>
        </>
      ) : (
        <form className="form dialog-part" onSubmit={submit} ref={form}>
          <div className="field">
            <label htmlFor={`${id}-name`}>Name</label>
            <input
              className="input" id={`${id}-name`} name="name" maxLength={80} required autoComplete="off"
              aria-invalid={!!problem} aria-describedby={`${id}-hint ${id}-error`}
            />
            <p className="hint" id={`${id}-hint`}>What uses it, such as “CI”.</p>
            <p className="field-error" role="alert" id={`${id}-error`}>{problem}</p>
            {asksAgain && <a className="button lined" href="/confirm?next=/settings/keys">Enter your password</a>}
          </div>
          <div className="field">
            <label htmlFor={`${id}-days`}>Ends</label>
            <select className="input" id={`${id}-days`} name="days" defaultValue="90">
              <option value="30">In 30 days</option>
              <option value="90">In 90 days</option>
              <option value="365">In 365 days</option>
              <option value="0">Never</option>
            </select>
          </div>
          <fieldset className="field">
            <legend>It may</legend>
            {Object.entries(scopes).map(([scope, words]) => (
              <label key={scope} className="choice switch">
                <input type="checkbox" name="scopes" value={scope} defaultChecked={scope.endsWith(":read") && !/^(account|installation|keys):/.test(scope)} />
                {words}
              </label>
            ))}
          </fieldset>
          <div className="dialog-actions">
            <button type="button" className="button lined" commandfor={id} command="close">Cancel</button>
            <button className="button ink" aria-busy={busy} disabled={busy}>{busy ? "Making…" : "Make key"}</button>
          </div>
        </form>
      )}
    </dialog>
  );
}

import { useEffect, useRef, useState } from "react";

const SILENT = "The server did not answer. Nothing was stored. Try again.";
const LOOKS_SECRET = /secret|token|passw|api_?key|private_?key|credential|_dsn$/i;

/** Sends a change over the REST API, so that no value passes through State; returns [answer, problem]. */
async function send(method, path, body) {
  const answer = await fetch(`/api/v1/deployments/${path}`, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
  const said = await answer?.json().catch(() => null);
  if (answer?.ok) return [said, null];
  return [null, { text: said?.detail || said?.title || SILENT, errors: said?.errors || [] }];
}

/** Calls `onAsk(button)` when a button opens the dialog, and `onClosed` when it was closed. */
function useDialog(id, onAsk, onClosed) {
  const dialog = useRef(null);
  const heard = useRef(null);
  useEffect(() => {
    heard.current = { onAsk, onClosed };
  });
  useEffect(() => {
    const at = dialog.current;
    const asked = (event) => event.command === "show-modal" && heard.current.onAsk(event.source);
    const closed = (event) => event.target === at && heard.current.onClosed();
    at.addEventListener("command", asked);
    at.addEventListener("close", closed);
    return () => {
      at.removeEventListener("command", asked);
      at.removeEventListener("close", closed);
    };
  }, []);
  return { ref: dialog, id, className: "dialog wide", "aria-labelledby": `${id}-title` };
}

/** Asks for one variable. The button that opens it says which: `data-variable`, `data-kind`, `data-value`. */
export function VariableDialog({ id, deployment, onStored }) {
  const [asked, setAsked] = useState({ name: "", kind: "plain", value: "" });
  const [problem, setProblem] = useState(null);
  const [made, setMade] = useState(null);
  const [busy, setBusy] = useState(false);
  const [copied, setCopied] = useState(false);
  const given = asked.given;
  const ask = ({ dataset }) => {
    const name = dataset.variable || "";
    setAsked({ name, given: !!name, known: !!dataset.known, kind: dataset.kind || "plain", value: dataset.value || "", touched: !!name });
  };
  const forget = () => {
    setAsked({ name: "", kind: "plain", value: "" });
    setProblem(null);
    setMade(null);
    setCopied(false);
  };
  const props = useDialog(id, ask, forget);
  const change = (more) => setAsked((now) => ({ ...now, ...more }));
  const rename = (name) => change(asked.touched ? { name } : { name, kind: LOOKS_SECRET.test(name) ? "secret" : "plain" });
  const store = async (body) => {
    setBusy(true);
    const [answer, refusal] = await send("PUT", `${deployment}/variables/${encodeURIComponent(asked.name.trim())}`, body);
    setBusy(false);
    setProblem(refusal);
    if (refusal) return;
    onStored?.();
    if (answer.generated) setMade(answer);
    else props.ref.current.close();
  };
  const submit = (event) => {
    event.preventDefault();
    store({ kind: asked.kind, value: asked.value });
  };
  const copy = async () => {
    await navigator.clipboard.writeText(made.generated);
    setCopied(true);
  };
  const at = problem?.errors[0]?.path;
  const error = (path) => (problem && (at === path || (path === "/value" && at !== "/name")) ? problem.text : "");

  return (
    <dialog {...props}>
      <h2 id={`${id}-title`}>{made ? `${made.name} is stored` : asked.known ? `Change ${asked.name}` : "Add a variable"}</h2>
      {made ? (
        <>
          <p>Copy it now if you need it elsewhere: it is not shown again.</p>
          <div className="copybox dialog-part">
            <code tabIndex={0} role="region" aria-label="The new secret">{made.generated}</code>
            <button type="button" className="button ink" onClick={copy}><span aria-live="polite">{copied ? "Copied" : "Copy"}</span></button>
          </div>
          <div className="dialog-actions">
            <button type="button" className="button lined" commandfor={id} command="close">Done</button>
          </div>
        </>
      ) : (
        <form className="form dialog-part" onSubmit={submit}>
          <div className="field">
            <label htmlFor={`${id}-name`}>Name</label>
            <input
              className="input mono" id={`${id}-name`} value={asked.name} readOnly={given} maxLength={100} required
              autoComplete="off" autoCapitalize="characters" spellCheck={false} onChange={(event) => rename(event.target.value)}
              aria-invalid={!!error("/name")} aria-describedby={`${id}-name-error`} placeholder="API_BASE"
            />
            <p className="field-error" role="alert" id={`${id}-name-error`}>{error("/name")}</p>
          </div>
          <fieldset className="field">
            <legend>Who may read it</legend>
            <div className="choices">
              {[["plain", "Plain", "You can read it again."], ["secret", "Secret", "Only the app can."]].map(([kind, word, hint]) => (
                <label key={kind} className="choice">
                  <input
                    type="radio" name={`${id}-kind`} value={kind} checked={asked.kind === kind}
                    onChange={() => change({ kind, touched: true })}
                  />
                  <span>{word}<br /><span className="hint">{hint}</span></span>
                </label>
              ))}
            </div>
          </fieldset>
          <div className="field">
            <label htmlFor={`${id}-value`}>{asked.known && asked.kind === "secret" ? "New value" : "Value"}</label>
            <textarea
              className="input mono" id={`${id}-value`} rows={3} value={asked.value} spellCheck={false} autoComplete="off"
              onChange={(event) => change({ value: event.target.value })}
              aria-invalid={!!error("/value")} aria-describedby={`${id}-hint ${id}-value-error`}
            />
            <p className="hint" id={`${id}-hint`}>
              {asked.kind === "secret" ? "8 characters or more. It is not shown again once it is stored." : "It is stored encrypted."}
            </p>
            <p className="field-error" role="alert" id={`${id}-value-error`}>{error("/value")}</p>
          </div>
          <div className="dialog-actions">
            <button type="button" className="button lined" commandfor={id} command="close">Cancel</button>
            {asked.kind === "secret" && (
              <button type="button" className="button lined" disabled={busy || !asked.name.trim()} onClick={() => store({ generate: true })}>
                Generate one
              </button>
            )}
            <button className="button ink" aria-busy={busy} disabled={busy}>{busy ? "Storing…" : "Store"}</button>
          </div>
        </form>
      )}
    </dialog>
  );
}

/** Takes a whole .env file: all of it or, with every bad line named, none. */
export function DotenvDialog({ id, deployment, onStored }) {
  const [text, setText] = useState("");
  const [kind, setKind] = useState("");
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const forget = () => {
    setText("");
    setKind("");
    setProblem(null);
  };
  const props = useDialog(id, () => {}, forget);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    const [, refusal] = await send("PATCH", `${deployment}/variables`, { text, kind: kind || null });
    setBusy(false);
    setProblem(refusal);
    if (refusal) return;
    onStored?.();
    props.ref.current.close();
  };
  const lines = problem?.errors.filter(({ path }) => path.startsWith("/text/")) || [];

  return (
    <dialog {...props}>
      <h2 id={`${id}-title`}>Paste a .env file</h2>
      <form className="form dialog-part" onSubmit={submit}>
        <div className="field">
          <label htmlFor={`${id}-text`}>Lines such as NAME=value</label>
          <textarea
            className="input mono" id={`${id}-text`} rows={8} value={text} required spellCheck={false} autoComplete="off"
            onChange={(event) => setText(event.target.value)}
            aria-invalid={!!problem} aria-describedby={`${id}-hint ${id}-error`}
          />
          <p className="hint" id={`${id}-hint`}>What is not named in it stays as it is.</p>
          <div className="field-error stack" role="alert" id={`${id}-error`}>
            {lines.length > 0 ? (
              <>
                <span>{lines.length === 1 ? "1 line cannot be used, so nothing was stored." : `${lines.length} lines cannot be used, so nothing was stored.`}</span>
                <ul className="bullets">
                  {lines.map(({ path, message }) => <li key={path}>Line {path.slice(6)}: {message}</li>)}
                </ul>
              </>
            ) : problem?.text}
          </div>
        </div>
        <div className="field">
          <label htmlFor={`${id}-kind`}>Kept secret</label>
          <select className="input" id={`${id}-kind`} value={kind} onChange={(event) => setKind(event.target.value)}>
            <option value="">What looks like a secret</option>
            <option value="secret">All of them</option>
            <option value="plain">None of them</option>
          </select>
        </div>
        <div className="dialog-actions">
          <button type="button" className="button lined" commandfor={id} command="close">Cancel</button>
          <button className="button ink" aria-busy={busy} disabled={busy}>{busy ? "Storing…" : "Store all"}</button>
        </div>
      </form>
    </dialog>
  );
}

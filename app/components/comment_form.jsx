import { useEffect, useId, useRef, useState } from "react";

// So long the server may take to answer before the words may be sent again: the same words are said once.
const PATIENCE_MS = 15_000;
const NEAR = 0.85;
let sent = 0;

const number = (value) => value.toLocaleString("en");

/** What was typed and not sent, in this tab: kept over a reload, and over signing in. */
const kept = {
  read: (name) => {
    try {
      return sessionStorage.getItem(`draft:${name}`) ?? "";
    } catch {
      return "";
    }
  },
  write: (name, words) => {
    try {
      if (words) sessionStorage.setItem(`draft:${name}`, words);
      else sessionStorage.removeItem(`draft:${name}`);
    } catch {
      /* Without storage the words live as long as the page. */
    }
  },
};

/** What is wrong with words before anybody is asked, or "". */
function wrong(words, most, noun) {
  const length = [...words.trim()].length;
  if (!length) return `${noun} is missing.`;
  return length > most ? `${noun} may have ${number(most)} characters; it has ${number(length)}.` : "";
}

/** A form for words: always there, or behind a button. It keeps what was typed until the server has taken it. */
export function CommentForm({ name, target, label, noun, does, doing, opener, initial, most, answer, onSend }) {
  const id = useId();
  const area = useRef(null);
  const button = useRef(null);
  const [open, setOpen] = useState(!opener);
  const [words, setWords] = useState(initial);
  const [turn, setTurn] = useState("");
  const [error, setError] = useState("");

  useEffect(() => {
    const draft = kept.read(name);
    if (!draft) return;
    setWords(draft);
    setOpen(true);
  }, [name]);

  const type = (value) => {
    setWords(value);
    setError("");
    kept.write(name, value === initial ? "" : value);
  };
  const shut = () => {
    setError("");
    if (!opener) return;
    setOpen(false);
    setTimeout(() => button.current?.focus());
  };
  const cancel = () => {
    kept.write(name, "");
    setWords(initial);
    shut();
  };

  useEffect(() => {
    if (!turn || answer.turn !== turn) return;
    setTurn("");
    setError(answer.error);
    if (answer.error) return area.current?.focus();
    kept.write(name, "");
    setWords(initial ? words : "");
    shut();
  }, [answer]);

  useEffect(() => {
    if (!turn) return;
    const late = setTimeout(() => {
      setTurn("");
      setError("The server did not answer. Your words are kept: send them again.");
    }, PATIENCE_MS);
    return () => clearTimeout(late);
  }, [turn]);

  const send = (event) => {
    event.preventDefault();
    if (turn) return;
    const problem = wrong(words, most, noun);
    setError(problem);
    if (problem) return area.current?.focus();
    const next = `${performance.timeOrigin}-${++sent}`;
    setTurn(next);
    onSend(words, target, next);
  };
  const key = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send(event);
    else if (event.key === "Escape" && opener && words === initial) shut();
  };

  if (!open)
    return (
      <button
        type="button" className="button quiet small-button" ref={button}
        onClick={() => {
          setOpen(true);
          setTimeout(() => area.current?.focus());
        }}
      >
        {opener}
      </button>
    );
  const length = [...words].length;
  return (
    <form className="comment-form" onSubmit={send} noValidate aria-busy={!!turn}>
      <label htmlFor={id} className="label">{label}</label>
      <textarea
        id={id} ref={area} className="input" rows={3} value={words} readOnly={!!turn} autoComplete="off"
        onChange={(event) => type(event.target.value)} onKeyDown={key}
        aria-invalid={!!error} aria-describedby={`${id}-error ${id}-hint`}
      />
      <div id={`${id}-error`} role="alert" className="field-error">{error}</div>
      <div className="row apart tight">
        <p className="hint" id={`${id}-hint`}>
          Markdown works, pictures do not.<span className="keys"> Ctrl Enter sends.</span>
          {length > most * NEAR && <span className="number"> {number(length)} of {number(most)}</span>}
        </p>
        <div className="row tight">
          {opener && <button type="button" className="button quiet small-button" onClick={cancel}>Cancel</button>}
          <button type="submit" className="button lined small-button" aria-busy={!!turn} disabled={!!turn}>
            {turn ? <><span className="spinner" aria-hidden="true" />{doing}</> : does}
          </button>
        </div>
      </div>
    </form>
  );
}

/** Brings a reader to the comment that the address leads to, once. */
export function Linked({ comment }) {
  useEffect(() => {
    const found = document.getElementById(window.location.hash.slice(1) || comment);
    found?.scrollIntoView({ block: "center" });
    found?.focus({ preventScroll: true });
  }, [comment]);
  return null;
}

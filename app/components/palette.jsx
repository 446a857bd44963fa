import { useContext, useEffect, useId, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { ColorModeContext } from "$/utils/context";
import { ACTIONS, applies, pageCommands } from "../shortcuts/commands.jsx";
import { Glyph } from "../icons/glyph.jsx";

const PAUSE_MS = 140;
const RECENT = "palette-recent";
const MOST_RECENT = 5;
const KINDS = {
  idea: { group: "Ideas", at: "/ideas/", symbol: "ideas" },
  template: { group: "Templates", at: "/templates/", symbol: "templates" },
  execution: { group: "Executions", at: "/executions/", symbol: "executions" },
  deployment: { group: "Deployments", at: "/deployments/", symbol: "deployments" },
};

/** How well `words` fit what was typed, 0 not at all: as a whole, best at the beginning of a word; or letter by letter,
 *  each at the beginning of a word or right behind the one before ("gd" fits "Go to deployments"). */
function fit(typed, words) {
  const text = words.toLowerCase();
  const begins = (at) => at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1]);
  const whole = text.indexOf(typed);
  if (whole >= 0) return (begins(whole) ? 200 : 100) - Math.min(whole, 50);
  const letters = typed.replaceAll(" ", "");
  const walk = (letter, from, last) => {
    if (letter === letters.length) return true;
    for (let at = text.indexOf(letters[letter], from); at >= 0; at = text.indexOf(letters[letter], at + 1))
      if ((begins(at) || at === last + 1) && walk(letter + 1, at + 1, at)) return true;
    return false;
  };
  return letters.length > 1 && walk(0, 0, -2) ? 20 : 0;
}

/** Whether the very keys of an entry were typed. */
const isKey = (typed, { keys }) => Boolean(keys) && keys.replaceAll(" ", "") === typed.replaceAll(" ", "");

function recall(account) {
  try {
    const kept = JSON.parse(localStorage.getItem(RECENT));
    return kept?.account === account ? kept.rows : [];
  } catch {
    return [];
  }
}

/** Asks the server a moment after the last letter; an answer that comes too late for its question is not shown. */
function useHits(typed, open, signedIn) {
  const [found, setFound] = useState({ typed: "", rows: [], state: "idle" });
  const [turn, again] = useState(0);
  useEffect(() => {
    if (!open || !signedIn || !typed) return setFound({ typed, rows: [], state: "idle" });
    const stop = new AbortController();
    setFound((old) => ({ ...old, state: "busy" }));
    const timer = setTimeout(async () => {
      try {
        const answer = await fetch(`/api/v1/search?q=${encodeURIComponent(typed)}`, { signal: stop.signal });
        if (!answer.ok) throw new Error(String(answer.status));
        setFound({ typed, rows: (await answer.json()).items.map(asEntry), state: "done" });
      } catch {
        if (!stop.signal.aborted) setFound({ typed, rows: [], state: "failed" });
      }
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [typed, open, signedIn, turn]);
  return [found, () => again((count) => count + 1)];
}

function asEntry({ kind, id, name, detail }) {
  const { group, at, symbol } = KINDS[kind];
  return { id: `${kind}-${id}`, words: name, detail, group, symbol, action: "go", target: at + id };
}

export function Palette({ entries, icons, signedIn, account }) {
  const id = useId();
  const navigate = useNavigate();
  const { setColorMode } = useContext(ColorModeContext);
  const dialog = useRef(null);
  const list = useRef(null);
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [here, setHere] = useState({ page: [], scope: "", recent: [] });
  const typed = text.trim().toLowerCase();
  const [found, again] = useHits(typed, open, signedIn);

  const begin = () => {
    setOpen(true);
    setAt(0);
    setHere({ page: pageCommands(), scope: dialog.current.dataset.scope || "", recent: recall(account) });
  };
  const end = () => {
    setText("");
    // The browser says so a moment after it closed. Who was quicker has opened it anew already: that one begins now.
    if (dialog.current.open) return begin();
    setOpen(false);
    delete dialog.current.dataset.scope;
  };

  const groups = useMemo(() => {
    if (!open) return [];
    const fixed = entries
      .filter((entry) => (!entry.who || (entry.who === "signed_in") === signedIn) && applies(entry))
      .map((entry) => ({ ...entry, id: `fixed-${entry.words}` }));
    const known = new Set(here.page.map((entry) => entry.words));
    const own = [...here.page, ...(here.scope === "page" ? [] : fixed.filter((entry) => !known.has(entry.words)))];
    const recent = typed || here.scope ? [] : here.recent.map((entry) => ({ ...entry, id: `recent-${entry.id}`, group: "Recent", symbol: "recent" }));
    const hits = here.scope || found.typed !== typed ? [] : found.rows;
    // The group of the best one first. What the server found has its words somewhere, maybe in its short name.
    const scored = (score, entry) => ({ score, entry });
    const fitting = typed
      ? [...own.map((entry) => scored(isKey(typed, entry) ? 300 : fit(typed, entry.words), entry)).filter(({ score }) => score),
         ...hits.map((entry) => scored(Math.max(fit(typed, entry.words), 60), entry))].sort((a, b) => b.score - a.score)
      : own.map((entry) => scored(0, entry));
    const sorted = new Map();
    for (const entry of [...recent, ...fitting.map(({ entry }) => entry)]) sorted.set(entry.group, [...(sorted.get(entry.group) || []), entry]);
    return [...sorted];
  }, [open, entries, signedIn, here, typed, found]);
  const flat = groups.flatMap(([, rows]) => rows);
  const chosen = Math.min(at, flat.length - 1);

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen, groups]);

  const run = (entry) => {
    dialog.current.close();
    if (entry.action === "go") {
      const { words, detail, target, action, symbol } = entry;
      const kept = recall(account).filter((row) => row.target !== target);
      if (account) localStorage.setItem(RECENT, JSON.stringify({ account, rows: [{ id: target, words, detail, target, action, symbol }, ...kept].slice(0, MOST_RECENT) }));
    }
    if (entry.run) entry.run();
    else ACTIONS[entry.action](entry.target, { navigate, setTheme: setColorMode });
  };
  const press = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step && flat.length) {
      event.preventDefault();
      const next = chosen + step;
      setAt(Math.abs(step) === 1 ? (next + flat.length) % flat.length : Math.max(0, Math.min(flat.length - 1, next)));
    } else if (event.key === "Enter" && flat[chosen]) {
      event.preventDefault();
      run(flat[chosen]);
    }
  };

  const busy = found.state === "busy" || (signedIn && typed && found.typed !== typed && found.state !== "failed");
  const said = busy ? "Searching…" : found.state === "failed" ? "" : !flat.length ? `Nothing fits “${text.trim()}”. Try fewer letters.` : `${flat.length} ${flat.length === 1 ? "result" : "results"}`;
  let number = -1;
  return (
    <dialog
      id="palette" ref={dialog} className="palette" aria-label="Search and commands" closedby="any" onClose={end}
      onFocus={() => open || begin()} // however it was opened: by a key, by its button, by the browser's own command
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
    >
      <div className="palette-head">
        <Glyph paths={icons.search} />
        <input
          role="combobox" aria-expanded="true" aria-controls={`${id}-list`} aria-autocomplete="list" autoComplete="off" spellCheck="false"
          aria-activedescendant={flat[chosen] ? `${id}-${chosen}` : undefined} aria-label="Search and commands" maxLength={100}
          placeholder={here.scope === "page" ? "What to do on this page" : "Search, or choose what to do"}
          value={text} onChange={(event) => (setText(event.target.value), setAt(0))} onKeyDown={press}
        />
        <button type="button" className="button quiet square" aria-label="Close" commandfor="palette" command="close"><Glyph paths={icons.close} /></button>
      </div>
      <div className="palette-list" role="listbox" id={`${id}-list`} aria-label="Results" ref={list}>
        {groups.map(([group, rows]) => (
          <div key={group} role="group" aria-label={group}>
            <p className="palette-group" role="presentation">{group}</p>
            {rows.map((entry) => {
              number += 1;
              const place = number;
              return (
                <div
                  key={entry.id} role="option" id={`${id}-${place}`} aria-selected={place === chosen} className="palette-row"
                  onClick={() => run(entry)} onMouseMove={() => place !== chosen && setAt(place)}
                >
                  <Glyph paths={icons[entry.symbol]} />
                  <span className="clip">{entry.words}</span>
                  {entry.detail && <span className="muted small clip">{entry.detail}</span>}
                  {entry.keys && <span className="palette-keys" aria-hidden="true">{entry.keys.split(" ").map((key) => <kbd key={key}>{key}</kbd>)}</span>}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      {found.state === "failed" && !busy && (
        <p className="palette-foot" role="alert">
          The search does not answer. Pages and actions still work.{" "}
          <button type="button" className="link-button" onClick={again}>Try again</button>
        </p>
      )}
      <p className="palette-foot" role="status">{said}</p>
    </dialog>
  );
}

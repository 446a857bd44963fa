import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { Glyph } from "../icons/glyph.jsx";
import { Menu } from "../menu/menu.jsx";

const NAMED = 6;

/** What is chosen on the one list of a page: rows by id, and the row that a range begins at. */
const store = {
  rows: new Map(),
  anchor: "",
  asked: null,
  listeners: new Set(),
  version: 0,
  change(edit) {
    edit();
    this.version += 1;
    this.listeners.forEach((told) => told());
  },
};
const subscribe = (told) => {
  store.listeners.add(told);
  return () => store.listeners.delete(told);
};
const useStore = () => useSyncExternalStore(subscribe, () => store.version, () => 0);

const set = (row, chosen) => (chosen ? store.rows.set(row.id, row) : store.rows.delete(row.id));
const shownBoxes = () => [...document.querySelectorAll("[data-select]")];

/** The box that chooses a row. With Shift it chooses everything since the last one. */
export function SelectBox({ row }) {
  useStore();
  const box = useRef(null);
  useEffect(() => {
    box.current.row = row;
    // Its state may have changed since it was chosen.
    if (store.rows.has(row.id)) store.rows.set(row.id, row);
  }, [row]);
  const choose = (event) => {
    const { checked } = event.target;
    const boxes = shownBoxes();
    const from = boxes.findIndex((one) => one.row?.id === store.anchor);
    const to = boxes.indexOf(event.target);
    const range = event.nativeEvent.shiftKey && from >= 0 ? boxes.slice(Math.min(from, to), Math.max(from, to) + 1) : [event.target];
    store.change(() => {
      range.forEach((one) => set(one.row, checked));
      store.anchor = row.id;
    });
  };
  return (
    <label className="select above">
      <input ref={box} type="checkbox" data-select="" checked={store.rows.has(row.id)} onChange={choose} aria-label={`Select ${row.name}`} />
    </label>
  );
}

/** The menu of a row: to open it, and what may be done with it now. */
export function RowMenu({ row, actions, icons }) {
  const items = useMemo(() => {
    const fitting = actions.filter((one) => one.states.includes(row.state));
    const open = row.url ? [{ value: "", words: "Open app", symbol: "open", href: row.url }] : [];
    return [...open, ...fitting.map((one) => ({ value: one.name, words: one.label, symbol: one.symbol, danger: one.danger }))];
  }, [row, actions]);
  if (!items.length) return null;
  return (
    <Menu
      label={`Actions for ${row.name}`} aria-label={`Actions for ${row.name}`} className="button quiet square above" data-menu=""
      items={items} icons={icons} onChoose={(name) => store.change(() => (store.asked = { name, rows: [row] }))}
    >
      <Glyph paths={icons.more} />
    </Menu>
  );
}

/** The line above a list: choose all, what to do with what is chosen, and the question before it is done.
 *  `rows` are those of the list, each with its `pick`; `onAct(action, ids)` does it. */
export function ListActions({ noun, rows: listed, actions, icons, onAct, children }) {
  useStore();
  const all = useRef(null);
  const dialog = useRef(null);
  const [question, setQuestion] = useState(null);
  const shown = useMemo(() => listed.map((row) => row.pick), [listed]);
  const ids = useMemo(() => new Set(shown.map((row) => row.id)), [shown]);

  // What is no longer shown is no longer chosen: nobody acts on what they do not see.
  useEffect(() => {
    const gone = [...store.rows.keys()].filter((id) => !ids.has(id));
    if (gone.length) store.change(() => gone.forEach((id) => store.rows.delete(id)));
  }, [ids]);
  useEffect(() => () => store.change(() => (store.rows.clear(), (store.anchor = ""), (store.asked = null))), []);

  const chosen = [...store.rows.values()];
  const some = chosen.length > 0;
  useEffect(() => {
    if (all.current) all.current.indeterminate = some && chosen.length < shown.length;
  });

  const act = (action, rows) => {
    store.change(() => store.rows.clear());
    onAct(action.name, rows.map((row) => row.id));
  };
  const ask = (action, rows) => {
    const fitting = rows.filter((row) => action.states.includes(row.state));
    if (fitting.length === 1 && rows.length === 1 && !action.keep) return act(action, fitting);
    setQuestion({ action, rows: fitting, rest: rows.length - fitting.length });
  };
  useEffect(() => {
    if (!store.asked) return;
    const { name, rows } = store.asked;
    store.asked = null;
    ask(actions.find((one) => one.name === name), rows);
  });
  useEffect(() => {
    if (question && !dialog.current.open) dialog.current.showModal();
  }, [question]);

  // The browser says so a moment after it closed. Who was quicker has asked anew already: that question stays.
  const end = () => dialog.current.open || setQuestion(null);

  const count = (rows) => rows.length.toLocaleString("en");
  return (
    <div className={`list-bar ${some ? "chosen" : ""}`}>
      <label className="select-all">
        <input
          ref={all} type="checkbox" checked={some && chosen.length === shown.length}
          onChange={(event) => {
            const { checked } = event.target;
            store.change(() => shown.forEach((row) => set(row, checked)));
          }}
        />
        <span aria-live="polite">{some ? `${count(chosen)} selected` : `Select all ${count(shown)} shown`}</span>
      </label>
      {some ? (
        <div className="row tight" role="group" aria-label="Do with what is selected">
          {actions.map((action) => {
            const fitting = chosen.filter((row) => action.states.includes(row.state));
            return fitting.length ? (
              <button key={action.name} type="button" className="button lined small-button" onClick={() => ask(action, chosen)}>
                <Glyph paths={icons[action.symbol]} />
                {action.label}
                {fitting.length < chosen.length ? ` ${count(fitting)}` : ""}
              </button>
            ) : null;
          })}
          <button type="button" className="button quiet small-button" onClick={() => store.change(() => store.rows.clear())}>Clear</button>
        </div>
      ) : children}
      <dialog ref={dialog} className="dialog" aria-labelledby="bulk-title" onClose={end}>
        {question && <Question {...question} noun={noun} close={() => dialog.current.close()} act={act} />}
      </dialog>
    </div>
  );
}

function Question({ action, rows, rest, noun, close, act }) {
  const one = rows.length === 1;
  const [single, plural] = noun;
  const named = rows.slice(0, NAMED);
  return (
    <>
      <h2 id="bulk-title">{one ? `${action.label} ${rows[0].name}?` : `${action.label} ${rows.length} ${plural}?`}</h2>
      {!one && (
        <ul className="named">
          {named.map((row) => <li key={row.id}>{row.name}</li>)}
          {rows.length > NAMED && <li className="muted">and {rows.length - NAMED} more</li>}
        </ul>
      )}
      {action.text && <p>{action.text}</p>}
      {rest > 0 && <p>{rest === 1 ? "The other one stays as it is: its state does not allow this." : `The other ${rest} stay as they are: their state does not allow this.`}</p>}
      <div className="dialog-actions">
        <button type="button" className="button lined" onClick={close}>{action.keep || "Leave as it is"}</button>
        <button type="button" className={`button ${action.danger ? "danger" : "ink"}`} onClick={() => (close(), act(action, rows))}>
          {one ? `${action.label} ${single}` : `${action.label} ${rows.length} ${plural}`}
        </button>
      </div>
    </>
  );
}

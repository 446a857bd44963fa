import { useEffect, useRef, useState } from "react";
import { Link, useLocation, useNavigate, useNavigation } from "react-router";

const PAUSE_MS = 300;

// Where in the list one is. Another choice begins at the top again.
const PLACES = ["rows", "after"];

/** One choice that stands in the address: its value there, and how to write another one. */
function useChoice(name, fallback) {
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const leaving = useRef(false);
  leaving.current = useNavigation().state !== "idle";
  const choose = (value) => {
    // Whoever is on the way to another page is not called back.
    if (leaving.current || window.location.pathname !== pathname) return;
    const chosen = new URLSearchParams(window.location.search);
    if (!PLACES.includes(name)) PLACES.forEach((place) => chosen.delete(place));
    if (value === fallback) chosen.delete(name);
    else chosen.set(name, value);
    navigate({ pathname, search: chosen.toString() }, { replace: true, preventScrollReset: true });
  };
  return [new URLSearchParams(search).get(name) ?? fallback, choose];
}

/** A search field: the address follows what is typed after a short pause, at once at Enter. */
export function SearchField({ name, label, placeholder, children }) {
  const [value, choose] = useChoice(name, "");
  // Empty in the prerendered page, whatever the address says: both have to begin alike.
  const [typed, setTyped] = useState("");
  const timer = useRef(0);
  const stop = () => {
    clearTimeout(timer.current);
    timer.current = 0;
  };
  const write = (text) => {
    stop();
    choose(text.trim());
  };
  // The address may change by itself: back, or "Show all". What is being typed stays.
  useEffect(() => {
    setTyped((shown) => (timer.current || shown.trim() === value ? shown : value));
  }, [value]);
  useEffect(() => stop, []);
  return (
    <div className="search">
      {children}
      <input
        type="search" className="input" value={typed} placeholder={placeholder} aria-label={label} maxLength={100} data-search=""
        onChange={(event) => {
          const text = event.target.value;
          stop();
          setTyped(text);
          timer.current = setTimeout(write, PAUSE_MS, text);
        }}
        onKeyDown={(event) => event.key === "Enter" && write(typed)}
      />
    </div>
  );
}

/** A select whose choice stands in the address. The first option is what no choice means. */
export function ChoiceField({ name, label, options }) {
  const fallback = options[0].value;
  const [value, choose] = useChoice(name, fallback);
  const [shown, setShown] = useState(fallback);
  useEffect(() => setShown(value), [value]);
  return (
    <select
      className="input" value={shown} aria-label={label}
      onChange={(event) => {
        setShown(event.target.value);
        choose(event.target.value);
      }}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>{option.words}</option>
      ))}
    </select>
  );
}

/** "Load more": the address says how many rows are shown, so a reload and Back show as many again. After `most` rows
 *  a link leads on to the older ones; `cursor` is where they begin, empty at the end of the list. */
export function LoadMore({ shown, step, most, cursor }) {
  const [wanted, choose] = useChoice("rows", String(step));
  const { pathname, search } = useLocation();
  if (!cursor) return null;
  const busy = Number(wanted) > shown;
  const older = new URLSearchParams(search);
  older.delete("rows");
  older.set("after", cursor);
  return (
    <div className="pager">
      {shown < most ? (
        <button type="button" className="button lined" aria-busy={busy} disabled={busy} onClick={() => choose(String(Math.min(most, shown + step)))}>
          {busy ? <><span className="spinner" aria-hidden="true" />Loading…</> : "Load more"}
        </button>
      ) : (
        <Link className="button lined" to={{ pathname, search: older.toString() }}>Older ones</Link>
      )}
    </div>
  );
}

/** The way back to the newest rows, on a page of older ones. */
export function Newest() {
  const { pathname, search } = useLocation();
  const [older, setOlder] = useState(false);
  useEffect(() => setOlder(new URLSearchParams(search).has("after")), [search]);
  if (!older) return null;
  const newest = new URLSearchParams(search);
  PLACES.forEach((place) => newest.delete(place));
  return <p className="muted">These are older ones. <Link to={{ pathname, search: newest.toString() }}>Show the newest</Link></p>;
}

/** A download of the whole list as the filters of the address leave it. `names` says which of them the server knows. */
export function Export({ to, names, children }) {
  const { search } = useLocation();
  const [address, setAddress] = useState(to);
  useEffect(() => {
    const chosen = new URLSearchParams(search);
    const wanted = new URLSearchParams();
    for (const [name, sent] of Object.entries(names)) if (chosen.get(name)) wanted.set(sent, chosen.get(name));
    const days = RANGES[chosen.get("when")];
    if (days) wanted.set("since", new Date(Date.now() - days * 86_400_000).toISOString());
    setAddress(`${to}${wanted.size ? `?${wanted}` : ""}`);
  }, [search, to, names]);
  return <a className="button quiet small-button" href={address} download="">{children}</a>;
}

// The values of `RANGES` in filters.py, in days.
const RANGES = { "1h": 1 / 24, "24h": 1, "7d": 7, "30d": 30 };

import { createContext, useContext, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Link, useLocation, useNavigation } from "react-router";

const PAUSE_MS = 300;
// Said on the window when the address was written without the router.
const WRITTEN = "ideasmith-address";

// Where in the list one is. Another choice begins at the top again.
const PLACES = ["rows", "after"];

const Chosen = createContext(() => {});

/** The row of filters above a list. `onChoose` reads the address that one of them has written. */
export function Filters({ onChoose, children }) {
  return <Chosen.Provider value={onChoose}><div className="filters">{children}</div></Chosen.Provider>;
}

const follow = (again) => {
  addEventListener(WRITTEN, again);
  return () => removeEventListener(WRITTEN, again);
};
const current = () => window.location.search;
// Empty in the prerendered page, whatever the address says: both have to begin alike.
const prerendered = () => "";

/** The query of the address, as a text: what the router or a filter has written last. */
export function useSearch() {
  useLocation(); // the router does not say a word on the window
  return useSyncExternalStore(follow, current, prerendered);
}

/** Write the query of the address, and leave the entry of the history otherwise as the router made it. */
function writeAddress(chosen) {
  const search = chosen.size ? `?${chosen}` : "";
  history.replaceState(history.state, "", window.location.pathname + search + window.location.hash);
  dispatchEvent(new Event(WRITTEN));
}

/** One choice that stands in the address: its value there, and how to write another one, which `read` then takes. */
function useChoice(name, fallback, read) {
  const { pathname } = useLocation();
  const leaving = useRef(false);
  leaving.current = useNavigation().state !== "idle";
  const choose = (value) => {
    // Whoever is on the way to another page is left alone.
    if (leaving.current || window.location.pathname !== pathname) return;
    const chosen = new URLSearchParams(current());
    if ((chosen.get(name) ?? fallback) === value) return;
    if (!PLACES.includes(name)) PLACES.forEach((place) => chosen.delete(place));
    if (value === fallback) chosen.delete(name);
    else chosen.set(name, value);
    writeAddress(chosen);
    read();
  };
  return [new URLSearchParams(useSearch()).get(name) ?? fallback, choose];
}

/** A search field: the address follows what is typed after a short pause, at once at Enter. */
export function SearchField({ name, label, placeholder, children }) {
  const [value, choose] = useChoice(name, "", useContext(Chosen));
  const [typed, setTyped] = useState(value);
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
  const [value, choose] = useChoice(name, fallback, useContext(Chosen));
  return (
    <select
      className="input" value={value} aria-label={label} onChange={(event) => choose(event.target.value)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>{option.words}</option>
      ))}
    </select>
  );
}

/** "Load more": the address says how many rows are shown, so a reload and Back show as many again. After `most` rows
 *  a link leads on to the older ones; `cursor` is where they begin, empty at the end of the list. */
export function LoadMore({ shown, step, most, cursor, older, onChoose }) {
  const [wanted, choose] = useChoice("rows", String(step), onChoose);
  const { pathname } = useLocation();
  const search = useSearch();
  if (!cursor) return null;
  const busy = Number(wanted) > shown;
  const further = new URLSearchParams(search);
  further.delete("rows");
  further.set("after", cursor);
  return (
    <div className="pager">
      {shown < most ? (
        <button type="button" className="button lined" aria-busy={busy} disabled={busy} onClick={() => choose(String(Math.min(most, shown + step)))}>
          {busy ? <><span className="spinner" aria-hidden="true" />Loading…</> : "Load more"}
        </button>
      ) : (
        <Link className="button lined" to={{ pathname, search: further.toString() }}>{older}</Link>
      )}
    </div>
  );
}

/** The way back to the first rows, on a page of later ones. */
export function Newest({ said, leads }) {
  const { pathname } = useLocation();
  const newest = new URLSearchParams(useSearch());
  if (!newest.has("after")) return null;
  PLACES.forEach((place) => newest.delete(place));
  return <p className="muted">{said} <Link to={{ pathname, search: newest.toString() }}>{leads}</Link></p>;
}

/** A download of the whole list as the filters of the address leave it. `names` says which of them the server knows. */
export function Export({ to, names, children }) {
  const search = useSearch();
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

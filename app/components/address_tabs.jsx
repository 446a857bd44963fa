import { Link, useLocation } from "react-router";
import { useSearch } from "../filters/filters.jsx";

// Another tab begins at its top.
const PLACES = ["rows", "after"];

/** What makes two addresses the same list: its choices in one order, and nothing of where in it one is. */
function listIn(search) {
  const chosen = new URLSearchParams(search);
  chosen.delete("rows");
  chosen.sort();
  return chosen.toString();
}

/** A list that was read for the query `shown`; dimmed and busy while the address asks for another one. */
export function ListAt({ shown, children }) {
  const stale = listIn(useSearch()) !== listIn(shown);
  return <div aria-busy={stale} className={stale ? "stale" : ""}>{children}</div>;
}

/** Tabs that stand in the address as `name`; the first one is no choice. The other choices in the address stay. */
export function AddressTabs({ name, label, options }) {
  const { pathname } = useLocation();
  const search = useSearch();
  const current = new URLSearchParams(search).get(name) ?? options[0].value;
  const leading = (value) => {
    const chosen = new URLSearchParams(search);
    PLACES.forEach((place) => chosen.delete(place));
    if (value === options[0].value) chosen.delete(name);
    else chosen.set(name, value);
    return { pathname, search: chosen.toString() };
  };
  return (
    <nav className="tablist" aria-label={label}>
      {options.map(({ value, words }) => (
        <Link key={value} className="tab" to={leading(value)} aria-current={value === current ? "page" : undefined}>{words}</Link>
      ))}
    </nav>
  );
}

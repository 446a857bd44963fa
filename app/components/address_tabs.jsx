import { Link, useLocation } from "react-router";
import { useSearch } from "../filters/filters.jsx";

// Another tab begins at its top.
const PLACES = ["rows", "after"];

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

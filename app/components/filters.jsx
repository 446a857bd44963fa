import { useEffect, useRef, useState } from "react";
import { useLocation, useNavigate, useNavigation } from "react-router";

const PAUSE_MS = 300;

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
    if (value === fallback) chosen.delete(name);
    else chosen.set(name, value);
    navigate({ pathname, search: chosen.toString() }, { replace: true });
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

import { useCallback, useEffect, useMemo, useRef, useState } from "react";

const TYPING_MS = 150;
const AGAIN_MS = 2_000;

/** Exact search on the server: what is looked for, and where the reader stands among the hits. */
export function useSearch(url, log) {
  const [query, setQuery] = useState({ words: "", regex: false, exact: false, span: "", level: "" });
  const [found, setFound] = useState(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const [turn, setTurn] = useState(0);
  const asked = useRef(null);
  const pressed = useRef(0); // how many hits further the reader wants, while an answer is on its way

  const ask = useCallback(
    async (near, quiet) => {
      asked.current?.abort();
      const abort = (asked.current = new AbortController());
      const { words, regex, exact, span, level } = query;
      const wanted = new URLSearchParams({ q: words, near, regex, case: exact, span, level });
      if (!quiet) setBusy(true);
      try {
        const answer = await fetch(`${url}/log/search?${wanted}`, { signal: abort.signal });
        const body = await answer.json();
        setProblem(answer.ok ? "" : body.detail || "The search failed. Try again.");
        setFound(answer.ok ? body : null);
        if (!quiet) setTurn((count) => count + 1);
        if (pressed.current && body.count) {
          const step = Math.sign(pressed.current);
          pressed.current -= step;
          ask(step > 0 ? body.next : body.previous, false);
        }
      } catch (error) {
        if (error.name !== "AbortError") setProblem("The server did not answer. Try again.");
      } finally {
        if (asked.current === abort) setBusy(false);
      }
    },
    [url, query],
  );

  useEffect(() => {
    pressed.current = 0;
    if (!query.words) {
      asked.current?.abort();
      setFound(null);
      setProblem("");
      setBusy(false);
      return undefined;
    }
    const timer = setTimeout(ask, TYPING_MS, 1, false);
    return () => clearTimeout(timer);
  }, [query]);
  // A log that grows is counted on; the reader stays at the same hit.
  const behind = !!found && log.last > found.until;
  useEffect(() => {
    if (!behind) return undefined;
    const timer = setTimeout(ask, AGAIN_MS, found.seq || 1, true);
    return () => clearTimeout(timer);
  }, [behind, found]);

  const go = (step) => {
    if (!found?.count) return;
    if (busy) pressed.current += step;
    else ask(step > 0 ? found.next : found.previous, false);
  };
  return { query, setQuery, found, problem, busy, turn, next: () => go(1), previous: () => go(-1) };
}

/** The field of the search, its count, and what narrows it. */
export function FindBar({ search, titles }) {
  const { query, setQuery, found, problem, busy } = search;
  const set = (part) => setQuery({ ...query, ...part });
  const count = useMemo(() => {
    if (!query.words) return "";
    if (problem) return "";
    return found ? `${found.number.toLocaleString("en")} of ${found.count.toLocaleString("en")}` : "…";
  }, [query.words, problem, found]);
  const keys = (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      event.shiftKey ? search.previous() : search.next();
    }
    if (event.key === "Escape" && query.words) {
      event.preventDefault();
      set({ words: "" });
    }
  };
  return (
    <div className="log-search" role="search" aria-busy={busy}>
      <div className="log-find">
        <span aria-hidden="true">⌕</span>
        <input type="search" placeholder="Find in log" aria-label="Find in log" aria-describedby="log-find-problem" aria-invalid={!!problem} value={query.words} maxLength={500} data-find="" onChange={(event) => set({ words: event.target.value })} onKeyDown={keys} />
        <span className="number" aria-live="polite">{count}</span>
        {query.words && (
          <>
            <button type="button" className="log-tool" aria-label="Previous hit" disabled={!found?.count} onClick={search.previous}>↑</button>
            <button type="button" className="log-tool" aria-label="Next hit" disabled={!found?.count} onClick={search.next}>↓</button>
          </>
        )}
      </div>
      {query.words && (
        <div className="log-narrow">
          <button type="button" className="log-tool" aria-pressed={query.exact} aria-label="Upper and lower case differ" onClick={() => set({ exact: !query.exact })}>Aa</button>
          <button type="button" className="log-tool" aria-pressed={query.regex} aria-label="Regular expression" onClick={() => set({ regex: !query.regex })}>.*</button>
          {Object.keys(titles).length > 0 && (
            <select className="log-tool" aria-label="Step" value={query.span} onChange={(event) => set({ span: event.target.value })}>
              <option value="">All steps</option>
              {Object.entries(titles).map(([name, title]) => <option key={name} value={name}>{title}</option>)}
            </select>
          )}
          <select className="log-tool" aria-label="Level" value={query.level} onChange={(event) => set({ level: event.target.value })}>
            <option value="">All levels</option>
            <option value="warning">Warnings</option>
            <option value="error">Errors</option>
          </select>
        </div>
      )}
      <p className="log-problem" role="alert" id="log-find-problem">{problem}</p>
    </div>
  );
}

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Eye } from "./log_eye.js";
import { LogError } from "./log_error.jsx";
import { FindBar, useSearch } from "./log_find.jsx";
import { foldAt, hashOf, placeIn, seqAt, spanOf } from "./log_model.js";
import { usePlaces } from "./log_places.js";
import { spreadWith } from "./log_repeats.js";
import { ReplayBar } from "./log_replay.jsx";
import { Rows, Text } from "./log_rows.jsx";
import { useLog } from "./log_follow.js";
import { finder } from "./log_text.js";

const TIMES = ["off", "relative", "local", "utc"];
const TIME_WORDS = { off: "No times", relative: "From start", local: "Local time", utc: "UTC" };
const MOST_COPIED = 20_000;
const nothing = () => [];

/** The log of an execution. See log.py for its props. */
export function ExecutionLog({ url, turn, titles, name, failure, next, onState }) {
  const log = useLog(url, turn);
  if (log) log.told = onState;
  if (!log) return <section className="log" aria-label="Log" aria-busy="true"><div className="log-body" /></section>;
  return <Whole key={url} log={log} url={url} titles={titles || {}} name={name} failure={failure} next={next} />;
}

function Whole({ log, url, titles, name, failure, next }) {
  const [choices, choose] = useChoices(url);
  const [spread, setSpread] = useState(nothing);
  const [wrap, setWrap] = useState(false);
  const [times, setTimes] = useState("off");
  const [following, setFollowing] = useState(() => !placeIn(location.hash));
  const [seen, setSeen] = useState(0);
  const [goTo, setGoTo] = useState(null);
  const [marked, setMarked] = useState(null);
  const [replaying, setReplaying] = useState(false);
  const [copied, setCopied] = useState("");
  const section = useRef(null);
  const [eye] = useState(() => new Eye());
  const search = useSearch(url, log);
  const outline = log.outline();
  const until = log.until;

  const isOpen = useCallback((fold) => choices[fold.first] ?? (fold.state === "running" || fold.state === "failed"), [choices]);
  const toggle = useCallback((fold) => choose(fold.first, !isOpen(fold)), [choose, isOpen]);
  const spreadTo = useCallback((repeat, open) => setSpread((old) => spreadWith(old, repeat, open)), []);
  const reveal = useCallback(
    (seq, to = seq) => {
      const fold = foldAt(log.outline().folds, seq);
      if (fold && fold.first !== seq && !isOpen(fold)) choose(fold.first, true);
      spreadTo([seq, to], true);
      setFollowing(false);
      setGoTo({ seq });
    },
    [log, isOpen, choose, spreadTo],
  );
  const find = useMemo(() => finder(search.query), [search.query]);

  // Places: in the address when the page opens or a link is clicked, or sent by other parts of the page.
  const ready = log.last > 0;
  const visit = useCallback(
    (place) => {
      if (!place) return;
      if (place.find) search.setQuery({ ...search.query, words: place.find, regex: false, exact: false, span: "", level: "" });
      const step = place.step && log.outline().folds.findLast((fold) => fold.name === place.step);
      const seq = place.seq || place.from || step?.first || ("ms" in place ? Math.max(1, seqAt(log.samples, log.start() + place.ms)) : 0);
      if (!seq || seq > log.last) return;
      if (step) choose(step.first, true);
      setMarked(place.from ? place : place.seq ? { from: place.seq, to: place.seq } : null);
      reveal(seq, place.to);
    },
    [log, reveal, choose, search],
  );
  usePlaces(section, ready, visit);
  useEffect(() => {
    if (search.found?.seq) reveal(search.found.seq);
  }, [search.found?.seq, search.turn]);
  useEffect(() => {
    if (following) setSeen(until);
  }, [following, until]);

  const onLine = useCallback((click, seq) => {
    if (click.ctrlKey || click.metaKey) return;
    click.preventDefault();
    setMarked((old) => {
      const range = click.shiftKey && old ? { from: Math.min(old.from, seq), to: Math.max(old.from, seq) } : { from: seq, to: seq };
      history.replaceState(history.state, "", hashOf(range));
      return range;
    });
  }, []);
  const say = (words) => {
    setCopied(words);
    setTimeout(setCopied, 2000, "");
  };
  const copy = async () => {
    const { from, to } = marked || { from: Math.max(1, log.last - MOST_COPIED), to: log.last };
    const answer = await fetch(textOf(url, from, to)).catch(() => null);
    if (!answer?.ok) return say("Not copied");
    const lines = (await answer.text()).trimEnd();
    const link = `${location.origin}${location.pathname}${marked ? hashOf(marked) : ""}`;
    await navigator.clipboard.writeText(marked ? `[${name} ${hashOf(marked).slice(1)}](${link})\n\n\`\`\`\n${lines}\n\`\`\`\n` : `${lines}\n`);
    say("Copied");
  };
  const errors = outline.folds.filter((fold) => fold.failure);
  const nextError = () => {
    if (!errors.length) return;
    const at = errors.findIndex((fold) => fold.first === goTo?.fold);
    const fold = errors[(at + 1) % errors.length];
    const seq = log.errors[fold.last]?.seq || fold.last;
    choose(fold.first, true);
    spreadTo([seq, seq], true);
    setMarked({ from: seq, to: seq });
    setFollowing(false);
    setGoTo({ seq, fold: fold.first });
  };
  const keys = (event) => {
    if (event.target.closest("input, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    const folds = outline.folds;
    const at = folds.findIndex((fold) => fold.first === (event.target.dataset?.fold | 0 || goTo?.fold));
    const act = {
      t: () => setTimes(TIMES[(TIMES.indexOf(times) + 1) % TIMES.length]),
      w: () => setWrap(!wrap),
      e: nextError,
      j: () => folds.length && step(folds[Math.min(folds.length - 1, at + 1)]),
      k: () => folds.length && step(folds[Math.max(0, at - 1)]),
      End: () => setFollowing(true),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const step = (fold) => {
    setFollowing(false);
    setGoTo({ seq: fold.first, fold: fold.first, focus: true });
  };

  const fresh = until - seen;
  const failed = errors.at(-1);
  return (
    <section className="log" aria-label="Log" ref={section} onKeyDownCapture={keys}>
      <div className="log-bar">
        <FindBar search={search} titles={titles} />
        <button type="button" className="log-tool" aria-pressed={following} data-follow="" onClick={() => setFollowing(!following)}>Follow</button>
        <button type="button" className="log-tool" aria-pressed={wrap} onClick={() => setWrap(!wrap)}>Wrap</button>
        <select className="log-tool" aria-label="Times" value={times} onChange={(event) => setTimes(event.target.value)}>
          {TIMES.map((mode) => <option key={mode} value={mode}>{TIME_WORDS[mode]}</option>)}
        </select>
        <button type="button" className="log-tool" onClick={copy}>{copied || (marked ? "Copy lines" : "Copy")}</button>
        <a className="log-tool" href={textOf(url)} download={`${name}.log`}>Download</a>
        <button type="button" className="log-tool" aria-pressed={replaying} disabled={!ready} onClick={() => setReplaying(!replaying)}>Replay</button>
      </div>
      {replaying && <ReplayBar log={log} outline={outline} titles={titles} onTouch={() => setFollowing(true)} />}
      {failed && <LogError fold={failed} why={log.errors[failed.last]} title={titles[failed.name] || failed.name} failure={failure} next={next} onShow={(seq) => visit({ seq })} />}
      <Rows
        log={log} titles={titles} isOpen={isOpen} onToggle={toggle} spread={spread} onSpread={spreadTo} onLine={onLine} following={following} onFollow={setFollowing}
        wrap={wrap} times={times} find={find} here={search.found?.seq || null} marked={marked} hits={search.found?.folds} goTo={goTo} eye={eye}
        blank={log.status === "ended" ? "Nothing was logged." : "Waiting for the first line…"}
      />
      {log.partial && log.shown === null && (
        <p className="log-open" aria-hidden="true"><Text text={log.partial.text} find={nothing} /></p>
      )}
      {!following && fresh > 0 && (
        <button type="button" className="log-more" onClick={() => setFollowing(true)}>
          {fresh.toLocaleString("en")} new {fresh === 1 ? "line" : "lines"} ↓
        </button>
      )}
      <Foot log={log} count={until - outline.folds.length} replaying={replaying} outline={outline} />
    </section>
  );
}

/** How the view stands to its source, how much there is, and what a screen reader is told of it. */
function Foot({ log, count, replaying, outline }) {
  const [now, setNow] = useState(0);
  const lost = log.status === "lost";
  useEffect(() => {
    if (!lost) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [lost]);
  const words = {
    waiting: "Connecting…", live: "Live", ended: "Complete", gone: "This log is not there any more.",
    lost: `Connection lost ${spanOf(Math.max(0, now - log.lostAt))} ago. What is here stays; next try ${log.retryAt > now ? `in ${Math.ceil((log.retryAt - now) / 1000)} s` : "now"}.`,
  };
  const failed = outline.state === "failed";
  return (
    <>
      <div className={`log-foot ${lost ? "lost" : ""}`}>
        <span>{replaying && log.shown !== null ? "Replay" : words[log.status]}</span>
        <span>{count.toLocaleString("en")} {count === 1 ? "line" : "lines"}</span>
      </div>
      <p className="unseen" aria-live="polite">{lost ? "Connection to the log lost." : failed ? "" : outline.summary}</p>
      <p className="unseen" aria-live="assertive">{failed ? outline.summary : ""}</p>
    </>
  );
}

const textOf = (url, from, to) => `${url}/log.txt${from ? `?from=${from}&to=${to}` : ""}`;

/** Which folds the reader has opened or closed, kept while the tab is there. */
function useChoices(url) {
  const key = `log-folds ${url}`;
  const [choices, setChoices] = useState(() => {
    try {
      return JSON.parse(sessionStorage.getItem(key)) || {};
    } catch {
      return {};
    }
  });
  const choose = useCallback(
    (first, open) =>
      setChoices((old) => {
        const all = { ...old, [first]: open };
        try {
          sessionStorage.setItem(key, JSON.stringify(all));
        } catch {
          // Without room the choice lives as long as the page.
        }
        return all;
      }),
    [key],
  );
  return [choices, choose];
}

/* Where a log comes from: its outline at once, its lines by their places, and what is said from then on. */

import { useEffect, useState } from "react";
import { Log, useVersion } from "./log_store.js";

const RETRY_MS = [500, 1000, 2000, 5000];
const TAIL = 200;
const WHY_MS = 400;

const pages = (url) => (first, limit, signal) =>
  fetch(`${url}/events?from=${first}&limit=${limit}`, { signal })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
    .then(({ items }) => items);

const outline = (url, signal) =>
  fetch(`${url}/log?tail=${TAIL}`, { signal }).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))));

// A page that is opened by its address need not wait for its State to know what it shows.
const place = typeof location === "undefined" ? null : /^\/(executions|shared)\/([\w-]+)\/?$/.exec(location.pathname);
const early = place && { url: `/api/v1/${place[1]}/${place[2]}`, outline: outline(`/api/v1/${place[1]}/${place[2]}`) };
early?.outline.catch(() => {});

/** The outline at `url`: the one that was asked for with the page, once, or a fresh one. */
function outlineAt(url, signal) {
  if (early?.url !== url || !early.outline) return outline(url, signal);
  const first = early.outline;
  early.outline = null;
  return first;
}

/** Follow the execution at `url`: its outline at once, then what comes. The browser resumes with Last-Event-ID. */
function follow(log, url) {
  const abort = new AbortController();
  let source = null;
  let timer = 0;
  let telling = 0;
  let failures = 0;
  let place = "";
  const news = () => {
    telling ||= setTimeout(() => {
      telling = 0;
      log.told?.();
    }, 120);
  };
  const set = (status) => {
    if (status === "lost" && log.status !== "lost") log.lostAt = Date.now();
    log.status = status;
    if (status !== "live") log.partial = null;
    log.seenAt = Date.now();
    log.changed();
  };
  const again = (what) => {
    set("lost");
    clearTimeout(timer);
    log.retryAt = Date.now() + RETRY_MS[Math.min(failures, RETRY_MS.length - 1)];
    timer = setTimeout(what, log.retryAt - Date.now());
    failures += 1;
  };
  const open = () => {
    source = new EventSource(`${url}/events?last_event_id=${encodeURIComponent(place)}`);
    source.onopen = () => ((failures = 0), set("live"));
    source.onmessage = (event) => {
      place = event.lastEventId || place;
      log.seenAt = Date.now();
      const said = JSON.parse(event.data);
      if (log.add(said)) news();
      if (said.kind === "step.failed") setTimeout(why, WHY_MS);
      log.changed();
    };
    source.addEventListener("partial", (event) => {
      const said = JSON.parse(event.data);
      if (said.seq !== log.last) return;
      log.partial = said;
      log.changed();
    });
    source.addEventListener("rewind", (event) => {
      place = event.lastEventId || "0";
      log.rewind(JSON.parse(event.data).seq);
      news();
      log.changed();
    });
    source.addEventListener("end", () => {
      source.close();
      set("ended");
      news();
    });
    source.onerror = () => {
      // The browser tries again by itself unless it was refused; its own pause would not be told.
      source.close();
      again(open);
    };
  };
  // The line that tells why is found by the server, once it has stored it.
  const why = () =>
    fetch(`${url}/log?why=true`, { signal: abort.signal })
      .then((answer) => answer.json())
      .then(({ errors }) => ((log.errors = errors || {}), log.changed()))
      .catch(() => {});
  const begin = () =>
    outlineAt(url, abort.signal)
      .then((outline) => {
        log.marks = outline.marks;
        log.samples = outline.samples.map(([seq, at]) => [seq, Date.parse(at)]);
        log.errors = outline.errors;
        log.last = outline.last_seq;
        outline.tail.forEach((event) => log.chunks.put(event));
        place = outline.place;
        if (outline.ended) set("ended");
        else open();
        if (log.marks.some((mark) => mark.kind === "step.failed")) why();
        log.changed();
      })
      .catch((error) => {
        if (error.name === "AbortError") return;
        if (error.message === "404") set("gone");
        else again(begin);
      });
  begin();
  const online = () => {
    if (log.status === "lost") (clearTimeout(timer), source ? open() : begin());
  };
  addEventListener("online", online);
  return () => {
    removeEventListener("online", online);
    abort.abort();
    clearTimeout(timer);
    clearTimeout(telling);
    source?.close();
    log.chunks.close();
  };
}

const open = new Map();

/** Have the log at `url`, the same for all parts of the page. Another `turn` (a retry) begins anew. */
export function useLog(url, turn = 0) {
  const key = url ? `${url} ${turn}` : "";
  const [log, setLog] = useState(null);
  useEffect(() => {
    if (!key) return undefined;
    let entry = open.get(key);
    if (!entry) {
      const made = new Log(pages(url));
      entry = { log: made, users: 0, stop: follow(made, url) };
      open.set(key, entry);
    }
    entry.users += 1;
    setLog(entry.log);
    return () => {
      entry.users -= 1;
      if (entry.users) return;
      entry.stop();
      open.delete(key);
    };
  }, [key, url]);
  useVersion(log);
  return log;
}

/* Where a log's events come from: the server, live; or a recorded execution, played again. */

const RETRY_MS = [500, 1000, 2000, 5000];
// A recorded pause is shortened to this, so that a minute of installing does not bore anybody.
const LONGEST_PAUSE_MS = 700;

/** Follow `url` by SSE. The browser reconnects with Last-Event-ID by itself; where it gives up, we begin again. */
export function listen(url, lines, changed, setStatus) {
  let source = null;
  let timer = 0;
  let failures = 0;
  let last = "";
  const take = (event) => {
    last = event.lastEventId || last;
    changed(lines.add(JSON.parse(event.data)));
  };
  const open = () => {
    source = new EventSource(last ? `${url}?last_event_id=${encodeURIComponent(last)}` : url);
    source.onopen = () => ((failures = 0), setStatus("live"));
    source.onmessage = take;
    source.addEventListener("rewind", (event) => {
      last = event.lastEventId || "";
      lines.rewind(JSON.parse(event.data).seq);
      changed(true);
    });
    source.addEventListener("end", () => {
      source.close();
      setStatus("ended");
      changed(true);
    });
    source.onerror = () => {
      setStatus("lost");
      if (source.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

/** Play a recorded list of events with its own rhythm; all at once for who wants no motion. */
export function play(url, lines, changed, setStatus) {
  const abort = new AbortController();
  let timer = 0;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const step = (events, at) => {
    if (at >= events.length) return setStatus("ended");
    changed(lines.add(events[at]));
    const pause = at + 1 < events.length ? Date.parse(events[at + 1].at) - Date.parse(events[at].at) : 0;
    if (still || pause < 4) return step(events, at + 1);
    timer = setTimeout(() => step(events, at + 1), Math.min(pause, LONGEST_PAUSE_MS));
  };
  fetch(url, { signal: abort.signal })
    .then((answer) => answer.json())
    .then(({ events }) => (setStatus("replay"), step(events, 0)))
    .catch((error) => error.name !== "AbortError" && setStatus("lost"));
  return () => {
    abort.abort();
    clearTimeout(timer);
  };
}

import { Suspense, lazy } from "react";

// What the page says comes first: the log and its player are fetched once that stands there.
const Player = lazy(() => import("./recorded_player.jsx"));
const empty = (
  <section className="log small" aria-label="Log" aria-busy="true">
    <div className="log-body" />
    <div className="log-foot"><span>Connecting…</span></div>
  </section>
);

/** A recorded execution that plays again. See log.py for its props. */
export function RecordedLog(props) {
  return <Suspense fallback={empty}><Player {...props} /></Suspense>;
}

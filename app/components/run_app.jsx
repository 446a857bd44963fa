import { useEffect, useState } from "react";
import { WhenSeen } from "./run_files.jsx";

const ASK_MS = 2_000;
const OLD_MS = 10_000; // a state that nobody has seen for longer is not known
const LOOKS = { running: ["succeeded", "Live"], starting: ["running", "Starting"], stopped: ["cancelled", "Stopped"], sleeping: ["cancelled", "Asleep"], crashed: ["failed", "Crashed"], unhealthy: ["failed", "Unhealthy"], deleting: ["waiting", "Deleting"] };

/** What the last probe of the application saw, and how long ago that was. Older than 10 s it is unknown, never green. */
export function RunApp(props) {
  return <WhenSeen><App {...props} /></WhenSeen>;
}

function App({ deployment }) {
  const [seen, setSeen] = useState(null);
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (!deployment) return undefined;
    let timer = 0;
    const ask = async () => {
      const answer = await fetch(`/api/v1/deployments/${deployment}`).catch(() => null);
      // The age is the server's: clocks differ. What passes here is told by a clock that nobody sets.
      if (answer?.ok) setSeen({ ...(await answer.json()), read: performance.now() });
      timer = setTimeout(ask, ASK_MS);
    };
    ask();
    const clock = setInterval(() => setNow(performance.now()), 500);
    return () => {
      clearTimeout(timer);
      clearInterval(clock);
    };
  }, [deployment]);
  const never = !seen || seen.observed_age_s === null;
  const age = never ? Infinity : seen.observed_age_s * 1000 + Math.max(0, now - seen.read);
  const known = age <= OLD_MS;
  const [look, word] = (known && LOOKS[seen.state]) || ["queued", "Unknown"];
  const probed = never ? "Not probed yet" : `Probed ${(age / 1000).toFixed(0)} s ago`;
  return (
    <p className="row" role="status">
      <span className={`badge ${look}`}>{word}</span>
      <span className="fact">{probed}</span>
      {known && seen.detail && <span className="fact">{seen.detail}</span>}
    </p>
  );
}

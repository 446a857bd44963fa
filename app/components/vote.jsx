import { useEffect, useRef, useState } from "react";

let presses = 0;

/** "96 votes", as it is read aloud. */
const votes = (count) => `${count.toLocaleString("en")} ${count === 1 ? "vote" : "votes"}`;

/** The vote for one idea. A press is shown at once; the answer to the last press then tells the true count. */
export function Vote({ idea, title, count, voted, mine, answer, onVote }) {
  const [shown, setShown] = useState({ count, voted });
  const known = useRef(shown); // what the server has said last
  const turn = useRef("");

  useEffect(() => {
    known.current = { count, voted };
    if (!turn.current) setShown(known.current);
  }, [idea, count, voted]);

  useEffect(() => {
    if (answer.id !== idea || answer.turn !== turn.current) return;
    turn.current = "";
    if (answer.count >= 0) known.current = { count: answer.count, voted: answer.voted };
    setShown(known.current);
  }, [answer, idea]);

  const press = () => {
    const wanted = !shown.voted;
    turn.current = `${performance.timeOrigin}-${++presses}`;
    setShown({ voted: wanted, count: Math.max(0, shown.count + (wanted ? 1 : -1)) });
    onVote(idea, wanted, turn.current);
  };
  const inside = (
    <>
      <svg viewBox="0 0 16 16" aria-hidden="true" className="icon"><path d="M8 3.5l5 7.5h-10z" /></svg>
      <span className="number">{shown.count.toLocaleString("en")}</span>
    </>
  );
  if (mine) return <span className="vote own" role="img" aria-label={votes(shown.count)} title="Others vote for your idea.">{inside}</span>;
  return (
    <button
      type="button" className="vote" aria-pressed={shown.voted} data-vote="" onClick={press}
      aria-label={`Vote for ${title}, ${votes(shown.count)}`}
    >
      {inside}
    </button>
  );
}

import { Children, useEffect, useRef, useState } from "react";

const OLD_MS = 10_000; // as services/deployments/views.py has it
const TICK_MS = 500;

/** The first child as long as what it says was seen within ten seconds, else the second.
 *  `at` is the moment of the last look, `age` how many seconds ago that was for the server when it said so: clocks
 *  differ. Below 0 it says something that does not age. */
export function Seen({ at, age, children }) {
  const [known, unknown] = Children.toArray(children);
  const heard = useRef(0);
  const [old, setOld] = useState(false);
  useEffect(() => {
    heard.current = performance.now();
    const look = () => setOld(age >= 0 && age * 1000 + performance.now() - heard.current > OLD_MS);
    look();
    const timer = setInterval(look, TICK_MS);
    return () => clearInterval(timer);
  }, [at, age]);
  return old ? unknown : known;
}

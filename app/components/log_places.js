/* How a reader comes to a place in a log: by the address, by a link on the page, or from another part of it. */

import { useEffect, useRef } from "react";
import { placeIn } from "./log_model.js";

const PLACE = "log-place";

/** Send the log of this page to a place in it: {seq}, {step} or {find}. Other parts of the view call this; what Python
 * draws has links with data-in-log. */
export const showInLog = (place) => dispatchEvent(new CustomEvent(PLACE, { detail: place }));

/** Have `visit(place)` called for each place that is asked for, as soon as the log in `section` is `ready`. */
export function usePlaces(section, ready, visit) {
  const latest = useRef(visit);
  latest.current = visit;
  useEffect(() => {
    if (!ready) return undefined;
    const go = (place) => {
      if (!place) return;
      // Its tab first: what is hidden cannot be scrolled.
      section.current.dispatchEvent(new CustomEvent("reveal", { bubbles: true }));
      latest.current(place);
      section.current.scrollIntoView({ block: "nearest" });
    };
    const byAddress = () => go(placeIn(location.hash));
    const bySomebody = (event) => go(event.detail);
    const byLink = (event) => {
      const link = event.target.closest?.("a[data-in-log]");
      if (!link || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      history.replaceState(history.state, "", link.hash);
      byAddress();
    };
    latest.current(placeIn(location.hash));
    addEventListener("hashchange", byAddress);
    addEventListener(PLACE, bySomebody);
    document.addEventListener("click", byLink);
    return () => {
      removeEventListener("hashchange", byAddress);
      removeEventListener(PLACE, bySomebody);
      document.removeEventListener("click", byLink);
    };
  }, [section, ready]);
}

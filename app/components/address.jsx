import { Children } from "react";
import { useLocation } from "react-router";

/** The first child where the address is `path`, the second anywhere else: what State still shows of the last page. */
export function AtAddress({ path, children }) {
  const { pathname } = useLocation();
  const [here, elsewhere] = Children.toArray(children);
  return pathname.replace(/\/$/, "") === path ? here : elsewhere;
}

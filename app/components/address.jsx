import { Children } from "react";
import { Link, useLocation } from "react-router";

/** The first child where the address is `path`, the second anywhere else: what State still shows of the last page. */
export function AtAddress({ path, children }) {
  const { pathname } = useLocation();
  const [here, elsewhere] = Children.toArray(children);
  return pathname.replace(/\/$/, "") === path ? here : elsewhere;
}

/** The way here and the heading of a page whose name the row that led to it has told; without one, what it holds. */
export function KnownHead({ list, at, children }) {
  const name = useLocation().state?.name;
  if (!name) return children;
  return (
    <>
      <nav className="crumbs" aria-label="Breadcrumbs">
        <Link to={at}>{list}</Link>
        <span aria-hidden="true">/</span>
        <span aria-current="page" className="clip">{name}</span>
      </nav>
      <div className="page-head"><div><h1>{name}</h1></div></div>
    </>
  );
}

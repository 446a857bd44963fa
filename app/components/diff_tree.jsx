import { useEffect, useMemo, useRef, useState } from "react";
import { treeOf } from "./diff_model.js";

/** The files that differ as a tree; `choose(path)` opens one. Arrows go through it as a tree of the ARIA pattern wants. */
export function DiffTree({ items, chosen, choose }) {
  const [closed, setClosed] = useState(() => new Set());
  const [at, setAt] = useState(chosen);
  const list = useRef(null);
  const nodes = useMemo(() => treeOf(items, closed), [items, closed]);
  const here = Math.max(0, nodes.findIndex((node) => node.path === at));
  useEffect(() => setAt(chosen), [chosen]);

  const go = (index) => {
    const node = nodes[Math.min(nodes.length - 1, Math.max(0, index))];
    setAt(node.path);
    list.current.querySelector(`[data-at="${nodes.indexOf(node)}"]`)?.focus();
  };
  const toggle = (node, open) => setClosed((old) => {
    const next = new Set(old);
    if (open) next.delete(node.path);
    else next.add(node.path);
    return next;
  });
  const act = (node) => (node.file ? choose(node.path) : toggle(node, !node.open));
  const parent = (node) => nodes.findLastIndex((one, index) => index < here && one.level < node.level);
  const keys = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const node = nodes[here];
    const did = {
      ArrowDown: () => go(here + 1),
      ArrowUp: () => go(here - 1),
      Home: () => go(0),
      End: () => go(nodes.length - 1),
      ArrowRight: () => (node.file ? null : node.open ? go(here + 1) : toggle(node, true)),
      ArrowLeft: () => (!node.file && node.open ? toggle(node, false) : parent(node) >= 0 && go(parent(node))),
      Enter: () => act(node),
      " ": () => act(node),
    }[event.key];
    if (!did) return;
    event.preventDefault();
    did();
  };
  return (
    <ul className="diff-tree" role="tree" aria-label="Files that differ" ref={list} onKeyDown={keys}>
      {nodes.map((node, index) => (
        <li key={node.path} role="treeitem" data-at={index} data-level={Math.min(node.level, 8)} aria-level={node.level} aria-selected={node.path === chosen}
          aria-expanded={node.file ? undefined : node.open} tabIndex={index === here ? 0 : -1} onClick={() => (setAt(node.path), act(node))}>
          <span className="caret" aria-hidden="true">{node.file ? "" : "›"}</span>
          <span className="diff-name">{node.name}</span>
          <span className="number">
            {node.added > 0 && <span className="added">+{node.added.toLocaleString("en")}</span>} {node.removed > 0 && <span className="removed">−{node.removed.toLocaleString("en")}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

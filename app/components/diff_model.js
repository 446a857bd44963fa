/* A unified diff as rows, in one column or in two, and files as a tree with sums. No React, no network. */

const PLACE = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/** Rows of one column: {kind, text, old, now}; `kind` is place, same, added or removed, the numbers 0 where there is none. */
export function rowsOf(lines) {
  let [old, now] = [0, 0];
  return lines.map((line) => {
    const place = PLACE.exec(line);
    if (place) {
      [old, now] = [Number(place[1]), Number(place[3])];
      return { kind: "place", text: line, old: 0, now: 0 };
    }
    const text = line.slice(1);
    if (line[0] === "+") return { kind: "added", text, old: 0, now: now++ };
    if (line[0] === "-") return { kind: "removed", text, old: old++, now: 0 };
    return { kind: "same", text, old: old++, now: now++ };
  });
}

/** Rows of two columns: {kind, text, left, right}, each side a row of one column or null. What was removed stands beside
 * what was added in its place. */
export function pairsOf(rows) {
  const pairs = [];
  let [removed, added] = [[], []];
  const close = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at += 1) pairs.push({ kind: "changed", left: removed[at] || null, right: added[at] || null });
    [removed, added] = [[], []];
  };
  for (const row of rows) {
    if (row.kind === "removed") removed.push(row);
    else if (row.kind === "added") added.push(row);
    else {
      close();
      pairs.push(row.kind === "place" ? { kind: "place", text: row.text, left: null, right: null } : { kind: "same", left: row, right: row });
    }
  }
  close();
  return pairs;
}

/** Where each run of changes begins. */
export const changesOf = (rows) => rows.flatMap((row, at) => (isChange(row) && !isChange(rows[at - 1]) ? [at] : []));

const isChange = (row) => !!row && row.kind !== "same" && row.kind !== "place";

/** Files sorted by path as a list of what is seen of their tree: {path, name, level, file, open, added, removed, count}.
 * Folders that hold one folder alone share its line. `closed` has the paths of folders that are not open. */
export function treeOf(items, closed) {
  const found = [];
  const walk = (inside, from, level) => {
    for (let at = 0; at < inside.length; ) {
      const cut = inside[at].path.indexOf("/", from);
      if (cut < 0) {
        found.push({ ...inside[at], name: inside[at].path.slice(from), level, file: true });
        at += 1;
        continue;
      }
      const path = inside[at].path.slice(0, cut + 1);
      let end = at;
      while (end < inside.length && inside[end].path.startsWith(path)) end += 1;
      folder(inside.slice(at, end), path, from, level);
      at = end;
    }
  };
  const folder = (files, path, from, level) => {
    const shared = sharedFolder(files, path);
    const open = !closed.has(shared);
    found.push({ path: shared, name: shared.slice(from), level, file: false, open, added: sum(files, "added"), removed: sum(files, "removed"), count: files.length });
    if (open) walk(files, shared.length, level + 1);
  };
  walk(items, 0, 1);
  return found;
}

const sum = (files, name) => files.reduce((total, one) => total + one[name], 0);

/** The innermost folder that all of these files lie in. */
function sharedFolder(files, path) {
  const [first, last] = [files[0].path, files.at(-1).path];
  let shared = path;
  for (let cut = first.indexOf("/", path.length); cut >= 0; cut = first.indexOf("/", cut + 1)) {
    if (!last.startsWith(first.slice(0, cut + 1))) break;
    shared = first.slice(0, cut + 1);
  }
  return shared;
}

/* Equal lines that follow each other, as one with a count. A function of the lines that are here, so that whoever has
the same lines sees the same, however they came. No React, no network. */

import { CHUNK } from "./log_chunks.js";

export const FEWEST = 3; // of two the second says more than a count would
// A longer repetition is told in several, cut at multiples of this: otherwise one screen would fetch a whole log.
export const MOST = 1_000;

/** Whether two events are the same words of the same step. Empty lines are no words. */
const same = (one, other) =>
  !!one && !!other && one.kind === "log.line" && other.kind === "log.line" && one.text === other.text && one.text.trim() !== "" && one.span === other.span && one.level === other.level;

/** The repetitions within the lines of one chunk, of any length, with those of one line at its edges. */
function runsIn(chunk, base) {
  const runs = [];
  let first = 0;
  for (let at = 1; at <= chunk.length; at += 1) {
    if (at < chunk.length && same(chunk[first], chunk[at])) continue;
    const edge = first === 0 || at === CHUNK; // may go on in a neighbour
    if (chunk[first] && (edge || at - first >= FEWEST)) runs.push({ first: base + first, last: base + at - 1, event: chunk[first] });
    first = at;
  }
  return runs;
}

/** Repetitions of a log, kept until its lines change. */
export class Repeats {
  constructor(chunks) {
    this.chunks = chunks;
    this.ofChunk = new Map(); // number -> {turn, runs}
    this.found = [];
    this.key = "";
  }

  /** Those up to `until`, in order, as [first, last]; the same list as long as nothing has changed. */
  upTo(until) {
    const key = `${this.chunks.turn}:${until}`;
    if (key === this.key) return this.found;
    this.key = key;
    const found = this.joined(until);
    if (found.length !== this.found.length || found.some((run, at) => run[0] !== this.found[at][0] || run[1] !== this.found[at][1])) this.found = found;
    return this.found;
  }

  joined(until) {
    const found = [];
    let open = null;
    const close = () => open && found.push(...cut(open.first, Math.min(open.last, until)));
    for (const number of [...this.chunks.chunks.keys()].sort((one, other) => one - other)) {
      for (const run of this.runsOf(number)) {
        if (run.first > until) break;
        if (open && open.last + 1 === run.first && same(open.event, run.event)) open.last = run.last;
        else {
          close();
          open = { ...run };
        }
      }
    }
    close();
    for (const number of this.ofChunk.keys()) if (!this.chunks.chunks.has(number)) this.ofChunk.delete(number);
    return found;
  }

  runsOf(number) {
    const turn = this.chunks.turns.get(number) || 0;
    const kept = this.ofChunk.get(number);
    if (kept?.turn === turn) return kept.runs;
    const runs = runsIn(this.chunks.chunks.get(number), number * CHUNK + 1);
    this.ofChunk.set(number, { turn, runs });
    return runs;
  }
}

/** A repetition as it is shown: not at all when short, in pieces when very long. */
function cut(first, last) {
  const pieces = [];
  const whole = last - first < MOST;
  for (let from = first; from <= last; ) {
    const to = whole ? last : Math.min(last, Math.ceil(from / MOST) * MOST);
    if (to - from + 1 >= FEWEST) pieces.push([from, to]);
    from = to + 1;
  }
  return pieces;
}

/** Whether the reader has opened a repetition: by its own count, or by going to a line behind its first. */
export const isSpread = (spread, [first, last]) => spread.some(([from, to]) => from <= last && first < to);

/** What is open once a repetition is opened or closed. */
export function spreadWith(spread, [first, last], open) {
  if (open) return [...spread, [first, last]];
  return spread.flatMap(([from, to]) => [[from, Math.min(to, first - 1)], [Math.max(from, last + 1), to]].filter(([a, b]) => a <= b));
}

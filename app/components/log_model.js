/* What a log is, as a function of its events up to a number: folds, steps, rows and their places. No React, no network. */

export const LINE = 20;
export const FOLD = 30;
const PAD = 8;
const ENDS = { finished: "succeeded", failed: "failed", cancelled: "cancelled" };
export const ENDED = new Set(["succeeded", "failed", "cancelled"]);

/** The folds and the state of a log from its marks (events that are no output), as they were at `until`. */
export function outlineOf(marks, until) {
  const folds = [];
  const attempts = {};
  let open = null;
  let state = "queued";
  let since = "";
  let ended = "";
  let summary = "";
  let again = 0; // where the newest attempt of the whole begins: what stands before it is history
  const close = (last, found, mark, note) => {
    Object.assign(open, { last, state: found, until: mark.at, note: note || "" });
    open = null;
  };
  for (const mark of marks) {
    if (mark.seq > until) break;
    const [noun, past] = mark.kind.split(".");
    if (noun === "step" && past === "started") {
      // A step whose owner died says no end of its own.
      if (open) close(mark.seq - 1, "cancelled", mark, "Interrupted");
      attempts[mark.span] = (attempts[mark.span] || 0) + 1;
      open = { name: mark.span, first: mark.seq, last: until, state: "running", since: mark.at, until: "", note: "", said: 0, attempt: mark.data?.attempt || attempts[mark.span] };
      folds.push(open);
      summary = `${mark.span}: running`;
    } else if (noun === "step" && ENDS[past] && open?.name === mark.span) {
      open.failure = past === "failed" ? mark : null;
      open.reused = mark.data?.reused_from || "";
      summary = `${mark.span}: ${ENDS[past]}${mark.text ? `, ${mark.text}` : ""}`;
      open.said = 1; // its last event is its end
      close(mark.seq, ENDS[past], mark, mark.text);
    } else if (mark.kind === "step.reused") {
      // It takes no time and says nothing else: a head without lines.
      attempts[mark.span] = (attempts[mark.span] || 0) + 1;
      folds.push({ name: mark.span, first: mark.seq, last: mark.seq, state: "succeeded", since: mark.at, until: mark.at, note: mark.text, said: 0, attempt: attempts[mark.span], failure: null, reused: mark.data?.reused_from || "an earlier attempt" });
    } else if (mark.kind === "execution.retried") {
      [state, since, ended, again] = ["queued", "", "", mark.seq];
      summary = mark.text;
    } else if (noun === "execution") {
      if (open) close(mark.seq - 1, past === "failed" ? "failed" : "cancelled", mark, past === "started" ? "Interrupted" : "");
      if (past === "started") [state, since, ended] = ["running", since || mark.at, ""];
      if (ENDED.has(past)) [state, ended] = [past, mark.at];
      if (past === "started" || ENDED.has(past)) summary = `Execution ${past}`;
    }
  }
  return { folds, state, since, ended, summary, again };
}

/** Each step by its newest attempt; those that have not begun, or not since a retry, are queued, in the order of `titles`. */
export function stepsOf(outline, titles) {
  const newest = new Map(outline.folds.map((fold) => [fold.name, fold]));
  const names = [...new Set([...Object.keys(titles), ...newest.keys()])];
  return names.map((name) => {
    const fold = newest.get(name);
    if (fold && fold.first > outline.again) return fold;
    return { name, first: 0, state: outline.state === "cancelled" ? "cancelled" : "queued", since: "", until: "", note: "", attempt: 0 };
  });
}

/** Where every row of a log is: pieces of rows with the same height, so that a million lines cost no more than ten. */
export class Layout {
  /** `repeats` are [first, last] in order; of each that is not `isSpread` only the first line has a row. */
  constructor(folds, last, isOpen, repeats = [], isSpread = () => false) {
    this.pieces = [];
    this.heads = new Map(); // the first line of a repetition -> {repeat, open}
    this.repeats = repeats;
    this.isSpread = isSpread;
    this.next = 0; // of the repetitions, the one that comes next
    this.height = PAD;
    let next = 1;
    for (const fold of folds) {
      this.rows(next, fold.first - 1, null);
      this.pieces.push({ fold, top: this.height, first: fold.first, last: fold.last, height: FOLD, open: isOpen(fold) });
      this.height += FOLD;
      if (isOpen(fold)) this.rows(fold.first + 1, fold.last, fold);
      next = fold.last + 1;
    }
    this.rows(next, last, null);
    this.height += PAD;
  }

  rows(first, last, inside) {
    let from = first;
    for (; this.next < this.repeats.length && this.repeats[this.next][0] <= last; this.next += 1) {
      const repeat = this.repeats[this.next];
      if (repeat[0] < from) continue; // in a closed fold
      const open = this.isSpread(repeat);
      this.heads.set(repeat[0], { repeat, open });
      if (open) continue;
      this.lines(from, repeat[0], inside);
      from = repeat[1] + 1;
    }
    this.lines(from, last, inside);
  }

  lines(first, last, inside) {
    if (last < first) return;
    this.pieces.push({ fold: null, inside, top: this.height, first, last, height: LINE });
    this.height += (last - first + 1) * LINE;
  }

  /** The piece and the number of the row at a height from the top. */
  at(y) {
    let low = 0;
    let high = this.pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.pieces[middle].top <= y) low = middle;
      else high = middle - 1;
    }
    const piece = this.pieces[low];
    if (!piece) return null;
    const seq = piece.fold ? piece.first : Math.min(piece.last, piece.first + Math.max(0, Math.floor((y - piece.top) / LINE)));
    return { index: low, piece, seq };
  }

  /** The rows from one height to another, in order. */
  between(from, to) {
    const start = this.at(from);
    const found = [];
    if (!start) return found;
    for (let index = start.index; index < this.pieces.length; index += 1) {
      const piece = this.pieces[index];
      if (piece.top > to) break;
      if (piece.fold) {
        found.push({ key: `f${piece.first}`, fold: piece.fold, open: piece.open, seq: piece.first, top: piece.top });
        continue;
      }
      for (let seq = index === start.index ? start.seq : piece.first; seq <= piece.last; seq += 1) {
        const top = piece.top + (seq - piece.first) * LINE;
        if (top > to) break;
        found.push({ key: seq, seq, top, head: this.heads.get(seq) });
      }
    }
    return found;
  }

  /** The height at which an event stands; that of its fold where it is inside a closed one. */
  topOf(seq) {
    const found = this.pieceOf(seq);
    if (!found) return PAD;
    return found.fold ? found.top : found.top + (Math.min(seq, found.last) - found.first) * LINE;
  }

  /** The number of the row that shows an event: its own, or that of the fold or the repetition that it is in. */
  rowOf(seq) {
    const found = this.pieceOf(seq);
    return !found || found.fold ? (found?.first ?? 0) : Math.min(seq, found.last);
  }

  pieceOf(seq) {
    let low = -1;
    let high = this.pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.pieces[middle].first <= seq) low = middle;
      else high = middle - 1;
    }
    return this.pieces[low];
  }
}

/** The fold that an event is in, or undefined. */
export const foldAt = (folds, seq) => folds.findLast((fold) => fold.first <= seq && seq <= fold.last);

/** The number of the last event at a moment (ms), by samples of [seq, ms] in order. */
export function seqAt(samples, ms) {
  let low = 0;
  let high = samples.length - 1;
  if (high < 0 || ms < samples[0][1]) return 0;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (samples[middle][1] <= ms) low = middle;
    else high = middle - 1;
  }
  const [seq, at] = samples[low];
  const after = samples[low + 1];
  if (!after || after[0] === seq + 1) return seq;
  return seq + Math.floor(((after[0] - seq) * (ms - at)) / Math.max(1, after[1] - at));
}

/** `#L12`, `#L12-20`, `#step=test`, `#t=1:02:03`, `#find=words`: what a link into a log points at, or null. */
export function placeIn(hash) {
  const lines = /^#L(\d{1,9})(?:-L?(\d{1,9}))?$/.exec(hash);
  if (lines) {
    const [from, to] = [Number(lines[1]), Number(lines[2] || lines[1])];
    return { from: Math.min(from, to), to: Math.max(from, to) };
  }
  const step = /^#step=([\w-]{1,40})$/.exec(hash);
  if (step) return { step: step[1] };
  if (hash.startsWith("#find=")) return found(hash.slice(6));
  const time = /^#t=(?:(\d{1,3}):)?(\d{1,3}):(\d{2})$/.exec(hash);
  return time ? { ms: ((Number(time[1] || 0) * 60 + Number(time[2])) * 60 + Number(time[3])) * 1000 } : null;
}

function found(words) {
  try {
    return words ? { find: decodeURIComponent(words) } : null;
  } catch {
    return null;
  }
}

export const hashOf = ({ from, to }) => (to > from ? `#L${from}-${to}` : `#L${from}`);

/** A span of time in words. */
export function spanOf(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min`;
}

/** An event's moment as the reader wants it: "off", "relative" to the start, "utc", "local". */
export function clockOf(mode, at, start) {
  if (mode === "relative") {
    const ms = Math.max(0, Date.parse(at) - start);
    const [minutes, seconds] = [Math.floor(ms / 60_000), (ms % 60_000) / 1000];
    return `${String(minutes).padStart(2, "0")}:${seconds.toFixed(3).padStart(6, "0")}`;
  }
  const moment = new Date(at);
  if (mode === "utc") return moment.toISOString().slice(11, 23);
  return `${moment.toLocaleTimeString("en-GB")}.${String(moment.getMilliseconds()).padStart(3, "0")}`;
}

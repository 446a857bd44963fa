/* One log on this page: its outline, its lines as far as they are seen, and how far a replay has come.

Every part of the page (steps, log, timeline, state) is a function of what is here up to `until`, whether that came
live, was there before, or is played again. */

import { useSyncExternalStore } from "react";
import { Chunks } from "./log_chunks.js";
import { outlineOf } from "./log_model.js";
import { Repeats } from "./log_repeats.js";

const SAMPLES = 4_000;

export class Log {
  constructor(read) {
    this.chunks = new Chunks(read, () => this.changed());
    this.repeated = new Repeats(this.chunks);
    this.listeners = new Set();
    this.version = 0;
    this.frame = 0;
    this.marks = [];
    this.samples = [];
    this.errors = {};
    this.last = 0;
    this.partial = null; // the newest state of a line that has no end yet: no event, and gone with the next
    this.shown = null; // the number up to which a replay has come; null: all of it
    this.status = "waiting";
    this.lostAt = 0;
    this.seenAt = 0;
    this.told = null;
  }

  get until() {
    return this.shown === null ? this.last : Math.min(this.shown, this.last);
  }

  /** What stands at the top of everything: folds and state at `until`. */
  outline() {
    const key = `${this.marks.length}:${this.until}:${this.last}`;
    if (this.outlineKey !== key) [this.outlineKey, this.outlined] = [key, outlineOf(this.marks, this.until)];
    return this.outlined;
  }

  /** The repetitions among the lines that are here, up to `until`. */
  repeats() {
    return this.repeated.upTo(this.until);
  }

  start() {
    return this.samples.length ? this.samples[0][1] : 0;
  }

  end() {
    return this.samples.length ? this.samples.at(-1)[1] : 0;
  }

  /** Take one event. Returns whether it changes a step or the execution. */
  add(event) {
    if (event.seq <= this.last) return false;
    this.last = event.seq;
    this.partial = null;
    this.chunks.put(event);
    const ms = Date.parse(event.at);
    const mark = event.kind !== "log.line";
    if (mark) this.marks.push(event);
    if (mark || this.samples.length < 256 || ms - this.end() > 250) this.samples.push([event.seq, Math.max(ms, this.end())]);
    if (this.samples.length > SAMPLES) this.samples = this.samples.filter((_, at) => at % 2 === 0 || at === this.samples.length - 1);
    return mark;
  }

  /** Forget what was never stored: a new owner took over at `seq`. */
  rewind(seq) {
    this.marks = this.marks.filter((mark) => mark.seq <= seq);
    this.samples = this.samples.filter((sample) => sample[0] <= seq);
    this.chunks.cut(seq);
    this.last = seq;
    this.partial = null;
    this.outlineKey = "";
  }

  show(seq) {
    this.shown = seq;
    this.changed();
  }

  changed() {
    // A hidden tab has no frames; a timer draws there.
    this.frame ||= document.hidden ? setTimeout(() => this.tell(), 250) : requestAnimationFrame(() => this.tell());
  }

  tell() {
    this.frame = 0;
    this.version += 1;
    for (const listener of this.listeners) listener();
  }

  /** What useSyncExternalStore wants. */
  listen = (listener) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

const never = () => () => {};

/** Draw again whenever a log has changed. */
export function useVersion(log) {
  return useSyncExternalStore(log?.listen ?? never, () => log?.version ?? 0, () => 0);
}

/* The lines of a log that this page has: chunks of a fixed size, fetched when seen, forgotten when not seen for long. */

export const CHUNK = 250;
const KEPT = 80; // 20,000 lines, a few megabytes
const AT_ONCE = 3;
const RETRY_MS = [250, 500, 1000, 2000];

const chunkOf = (seq) => Math.floor((seq - 1) / CHUNK);

export class Chunks {
  /** `read(first, limit, signal)` brings events; `changed` is called when some have come. */
  constructor(read, changed) {
    this.read = read;
    this.changed = changed;
    this.chunks = new Map();
    this.asked = new Map();
    this.wanted = []; // what is seen, then what is likely to be seen next
    this.seen = 0; // how many of those are seen
    this.from = 0;
    this.up = false; // whether the reader last went up
    this.jumped = false; // to where nothing is yet: then what is seen comes alone
    this.failures = 0;
    this.timer = 0;
    this.turn = 0; // counts changes, of all and of each: what is made of lines is made again when they change
    this.turns = new Map();
  }

  touch(number) {
    this.turns.set(number, (this.turn += 1));
  }

  get(seq) {
    return this.chunks.get(chunkOf(seq))?.[(seq - 1) % CHUNK];
  }

  put(event) {
    const number = chunkOf(event.seq);
    let chunk = this.chunks.get(number);
    if (!chunk) this.chunks.set(number, (chunk = []));
    chunk[(event.seq - 1) % CHUNK] = event;
    this.touch(number);
  }

  /** Have the events from `first` to `last` of a log that ends at `end`; what nobody looks at any more is not fetched.
   * With `beyond`, what comes next in the direction of the reader follows once that is here, and one on the other side,
   * up to that number: a reader who scrolls is not waited for, and one who jumps waits for nothing else. */
  want(first, last, end, beyond = 0) {
    this.end = end;
    this.wanted = [];
    const [from, to] = [chunkOf(Math.max(1, first)), chunkOf(Math.max(1, last))];
    for (let number = from; number <= to; number += 1) this.wanted.push(number);
    this.seen = this.wanted.length;
    // Asked for again at every drawing, mostly from the same place: that says nothing of a direction.
    if (from !== this.from) this.up = from < this.from;
    this.jumped ||= Math.abs(from - this.from) > 3;
    const next = this.up ? [from - 1, from - 2, to + 1] : [to + 1, to + 2, from - 1];
    if (beyond) this.wanted.push(...next.filter((number) => number >= 0 && number <= chunkOf(beyond)));
    this.from = from;
    for (const [number, abort] of this.asked) if (!this.wanted.includes(number)) abort.abort();
    for (const number of this.wanted) {
      const chunk = this.chunks.get(number);
      if (!chunk) continue;
      // A map remembers in which order things came: what is seen now goes last.
      this.chunks.delete(number);
      this.chunks.set(number, chunk);
    }
    for (const number of this.chunks.keys()) {
      if (this.chunks.size <= Math.max(KEPT, this.wanted.length)) break;
      this.chunks.delete(number);
      this.touch(number);
    }
    this.pump();
  }

  pump() {
    let waits = false;
    for (const [at, number] of this.wanted.entries()) {
      if (this.asked.size >= AT_ONCE || this.timer || (waits && this.jumped && at >= this.seen)) return;
      if (at >= this.seen) this.jumped = false;
      if (!this.lacks(number)) continue;
      waits ||= at < this.seen;
      if (!this.asked.has(number)) this.ask(number);
    }
  }

  /** The first event that is missing in a chunk, or 0. */
  lacks(number) {
    const chunk = this.chunks.get(number);
    const last = Math.min((number + 1) * CHUNK, this.end);
    for (let seq = number * CHUNK + 1; seq <= last; seq += 1) if (!chunk?.[(seq - 1) % CHUNK]) return seq;
    return 0;
  }

  ask(number) {
    const abort = new AbortController();
    const first = this.lacks(number);
    this.asked.set(number, abort);
    this.read(first, (number + 1) * CHUNK - first + 1, abort.signal)
      .then((events) => {
        events.forEach((event) => this.put(event));
        this.failures = events.length ? 0 : this.failures + 1;
        // Nothing there yet although the log is longer: it is stored within a moment.
        if (!events.length) this.pause();
      })
      .catch((error) => error.name !== "AbortError" && this.pause())
      .finally(() => {
        this.asked.delete(number);
        this.changed();
        this.pump();
      });
  }

  pause() {
    this.failures += 1;
    this.timer ||= setTimeout(() => {
      this.timer = 0;
      this.pump();
    }, RETRY_MS[Math.min(this.failures, RETRY_MS.length) - 1]);
  }

  /** Forget what stands behind `seq`: it was never stored. */
  cut(seq) {
    for (const [number, chunk] of this.chunks) {
      if (number > chunkOf(Math.max(1, seq))) this.chunks.delete(number);
      else if (number === chunkOf(Math.max(1, seq))) chunk.length = seq ? Math.min(chunk.length, ((seq - 1) % CHUNK) + 1) : 0;
      this.touch(number);
    }
  }

  close() {
    clearTimeout(this.timer);
    this.timer = 1;
    for (const abort of this.asked.values()) abort.abort();
  }
}

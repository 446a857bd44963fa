/* Live view, late joiner, replay and share are one function of the events: shown on random logs, run by Node. */

import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { test } from "node:test";

// The store tells React when it has changed; nothing else of it is React's, and no browser draws here.
const REACT = "data:text/javascript,export const useSyncExternalStore = () => 0;";
registerHooks({ resolve: (name, context, next) => (name === "react" ? { url: REACT, shortCircuit: true } : next(name, context)) });
Object.assign(globalThis, { document: { hidden: false }, requestAnimationFrame: () => 1 });
const { Log } = await import("../../app/components/log_store.js");
const { isSpread } = await import("../../app/components/log_repeats.js");
const { Layout, stepsOf } = await import("../../app/components/log_model.js");
const { piecesOf, plainOf, runsOf, lookOf } = await import("../../app/components/log_text.js");

const SEEDS = 150;
const STEPS = ["render", "test", "scan"];
const ESC = "\u001b";

/** Random numbers that a seed gives again (mulberry32). */
function chance(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return { below: (most) => Math.floor(next() * most), one: (list) => list[Math.floor(next() * list.length)], yes: (share) => next() < share };
}

const SAID = ["plain", `${ESC}[31mred${ESC}[0m`, `${ESC}[1;32mopen colour`, `\r 10 %\r 50 %\r${ESC}[33m100 %`, "<b>no tag</b>", "mail ada@tea.example", "", `half\r`, "see https://tea.example/a."];

/** What is said in one walk of a random execution: events, states of open lines, and what a dead owner never stored. */
function story(seed) {
  const draw = chance(seed);
  const events = [];
  const heard = []; // what a reader who is there from the start gets: {event}, {partial} or {rewind}
  let ms = 0;
  let epoch = 1;
  const make = (seq, kind, span, text, data) => ({ seq, kind, span, text, data, level: "info", at: new Date((ms += draw.below(400))).toISOString() });
  const say = (kind, span = "", text = "", data = {}) => {
    events.push(make(events.length + 1, kind, span, text, data));
    heard.push({ event: events.at(-1) });
  };
  const die = (span) => {
    // An owner shows lines that it never stores; the next one takes over behind what is stored.
    const base = events.length;
    for (let count = 1 + draw.below(4); count; count -= 1) heard.push({ event: make(base + heard.length - heard.findLastIndex((one) => one.event?.seq === base), draw.one(["log.line", "step.finished", "execution.failed"]), span, "void", {}) });
    heard.push({ rewind: base });
    epoch += 1;
    say("execution.started", "", "", { epoch });
  };
  for (let attempt = 1 + draw.below(2); attempt; attempt -= 1) {
    say("execution.started", "", "", { epoch });
    for (const step of STEPS) {
      if (draw.yes(0.15)) {
        say("step.reused", step, "Reused.", { reused_from: "exec_1" });
        continue;
      }
      say("step.started", step, "", { attempt: 1 });
      for (let count = draw.below(12); count; count -= 1) {
        if (draw.yes(0.3)) heard.push({ partial: { seq: events.length, span: step, kind: "stream.partial", text: draw.one(SAID), at: new Date(ms).toISOString() } });
        const words = draw.one(SAID);
        for (let times = draw.yes(0.2) ? 1 + draw.below(6) : 1; times; times -= 1) say("log.line", step, words);
        if (draw.yes(0.05)) {
          die(step);
          say("step.started", step, "", { attempt: 2 });
        }
      }
      say(draw.one(["step.finished", "step.finished", "step.failed"]), step, "Said.");
    }
    say(draw.one(["execution.succeeded", "execution.failed", "execution.cancelled"]));
    if (attempt > 1) say("execution.retried", "", "Attempt 2.");
  }
  return { events, heard };
}

const reading = (events) => (first, limit) => Promise.resolve(events.slice(first - 1, first - 1 + limit));
const samples = (events) => events.map((event) => [event.seq, Date.parse(event.at)]);

/** Somebody who has been there from the first word: only what the line brought. */
function live(heard, seen = (event) => event) {
  const log = new Log(() => Promise.reject(Object.assign(new Error(), { name: "AbortError" })));
  const draw = chance(heard.length);
  for (const { event, partial, rewind } of heard) {
    if (event) log.add(seen(event));
    else if (partial) partial.seq === log.last && (log.partial = seen(partial));
    else log.rewind(rewind);
    if (draw.yes(0.5)) log.outline(); // as a page that draws now and then
  }
  return log;
}

/** Somebody who comes when `at` events are stored: the outline with its tail, then the lines that are looked at. */
async function late(events, at, seen = (event) => event) {
  const there = events.slice(0, at).map(seen);
  const log = new Log(reading(events.map(seen)));
  log.marks = there.filter((event) => event.kind !== "log.line");
  log.samples = samples(there);
  log.last = at;
  there.slice(-20).forEach((event) => log.chunks.put(event));
  return log;
}

async function fetched(log) {
  log.chunks.want(1, log.until, log.last);
  for (let turns = 0; log.chunks.asked.size || turns < 2; turns += 1) await new Promise((done) => setImmediate(done));
  return log;
}

/** Everything that a page shows of a log: its state, its steps, and each row with its words and looks, repetitions as
 * one row with a count unless the reader has opened them at a line of `spread`. */
function page(log, spread = []) {
  const outline = log.outline();
  const layout = new Layout(outline.folds, log.until, () => true, log.repeats(), (repeat) => isSpread(spread, repeat));
  const rows = layout.between(0, layout.height).map(({ seq, fold, head }) => {
    if (fold) return ["fold", seq, fold.name, fold.state, fold.last, fold.attempt, fold.note];
    const event = log.chunks.get(seq);
    return [seq, event?.at, plainOf(event?.text ?? "absent"), head ? head.repeat[1] - head.repeat[0] + 1 : 1, ...piecesOf(runsOf(event?.text ?? ""), () => []).map(({ text, run, href }) => [text, lookOf(run).className, href])];
  });
  return { state: outline.state, summary: outline.summary, since: outline.since, ended: outline.ended, steps: stepsOf(outline, { render: "", test: "", scan: "" }).map(({ name, state, attempt }) => [name, state, attempt]), rows };
}

/** How much of what a reader heard they have when `at` events are stored and shown. */
const upTo = (heard, at) => heard.slice(0, heard.findLastIndex(({ event }) => event?.seq === at && event.text !== "void") + 1);
const clean = (text) => text.replace(/\S+@\S+/g, "[redacted]");
const shared = (event) => ({ ...event, text: clean(event.text), data: event.data?.attempt ? { attempt: event.data.attempt } : {} });

test("who was there all the time, who comes late and who plays it again see the same page at every event", async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { events, heard } = story(seed);
    const whole = page(live(heard));
    assert.deepEqual(whole, page(await fetched(await late(events, events.length))), `late at the end, seed ${seed}`);
    const replayed = live(heard);
    const at = 1 + chance(seed + 1_000).below(events.length);
    const then = page(live(upTo(heard, at)));
    assert.deepEqual(then, page(await fetched(await late(events, at))), `late at ${at}, seed ${seed}`);
    replayed.shown = at;
    assert.deepEqual(then, page(replayed), `replay at ${at}, seed ${seed}`);
    replayed.shown = events.length;
    assert.deepEqual(whole, page(replayed), `replay at its end, seed ${seed}`);
  }
});

test("any beginning and the rest that follows make the whole, however often the line breaks", async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { events, heard } = story(seed);
    const draw = chance(seed + 2_000);
    const log = await late(events, draw.below(events.length));
    for (let from = log.last; log.last < events.length; from = log.last) {
      // The server goes on behind the last event that came, or a little before: nothing may stand there twice.
      const again = Math.max(0, from - draw.below(3));
      for (const event of events.slice(again, from + 1 + draw.below(9))) log.add(event);
      log.partial = null;
    }
    assert.deepEqual(page(await fetched(log)), page(live(heard)), `seed ${seed}`);
  }
});

test("a link shows the same page, live and afterwards, but for what is taken out of its words", async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { events, heard } = story(seed);
    const own = page(live(heard));
    const stranger = page(live(heard, shared));
    assert.deepEqual(stranger, page(await fetched(await late(events, events.length, shared))), `seed ${seed}`);
    assert.deepEqual({ ...stranger, rows: 0 }, { ...own, rows: 0 });
    assert.deepEqual(stranger.rows.map((row) => row.slice(0, 3)), own.rows.map((row) => [...row.slice(0, 2), typeof row[2] === "string" ? clean(row[2]) : row[2]]));
  }
});

test("the state of an open line is no part of the log, and gone with the next event", () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { heard } = story(seed);
    assert.deepEqual(page(live(heard)), page(live(heard.filter(({ partial }) => !partial))), `seed ${seed}`);
    assert.equal(live(heard).partial, null);
  }
});

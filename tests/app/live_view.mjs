/* The pure parts of the live view, run by Node: `node --test tests/app/live_view.mjs`. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { CHUNK, Chunks } from "../../app/components/log_chunks.js";
import { changesOf, pairsOf, rowsOf, treeOf } from "../../app/components/diff_model.js";
import { Eye } from "../../app/components/log_eye.js";
import { isSpread, MOST, Repeats, spreadWith } from "../../app/components/log_repeats.js";
import { FOLD, LINE, Layout, foldAt, hashOf, outlineOf, placeIn, seqAt, stepsOf } from "../../app/components/log_model.js";
import { finder, lookOf, piecesOf, plainOf, runsOf } from "../../app/components/log_text.js";

const at = (seq) => new Date(1_000 * seq).toISOString();
const mark = (seq, kind, span = "", text = "", data = {}) => ({ seq, kind, span, text, data, at: at(seq) });
const WALK = [
  mark(1, "execution.started"), mark(2, "step.started", "render"), mark(5, "step.finished", "render", "2 files"),
  mark(6, "step.started", "test"), mark(20, "step.failed", "test", "It broke."), mark(21, "execution.failed", "", "It broke."),
];
const folds = (marks, until) => outlineOf(marks, until).folds.map((fold) => [fold.name, fold.first, fold.last, fold.state]);

test("a log is a function of its events up to any number", () => {
  assert.deepEqual(folds(WALK, 21), [["render", 2, 5, "succeeded"], ["test", 6, 20, "failed"]]);
  assert.deepEqual(folds(WALK, 12), [["render", 2, 5, "succeeded"], ["test", 6, 12, "running"]]);
  assert.deepEqual(folds(WALK, 3), [["render", 2, 3, "running"]]);
  assert.deepEqual([0, 1, 12, 21].map((until) => outlineOf(WALK, until).state), ["queued", "running", "running", "failed"]);
});

test("a step whose owner died is told as interrupted, and its next attempt has a fold of its own", () => {
  const marks = [...WALK.slice(0, 4), mark(9, "execution.started"), mark(10, "step.started", "test", "", { attempt: 2 }), mark(15, "step.finished", "test")];
  const { folds: found } = outlineOf(marks, 15);
  assert.deepEqual(found.map((fold) => [fold.first, fold.last, fold.state, fold.note, fold.attempt]), [
    [2, 5, "succeeded", "2 files", 1], [6, 8, "cancelled", "Interrupted", 1], [10, 15, "succeeded", "", 2],
  ]);
});

test("steps are their newest attempt, and those to come follow", () => {
  const steps = stepsOf(outlineOf(WALK, 21), { render: "", test: "", scan: "" });
  assert.deepEqual(steps.map((step) => step.state), ["succeeded", "failed", "queued"]);
  const cancelled = stepsOf(outlineOf([...WALK.slice(0, 4), mark(9, "execution.cancelled")], 9), { render: "", test: "", scan: "" });
  assert.deepEqual(cancelled.map((step) => step.state), ["succeeded", "cancelled", "cancelled"]);
});

test("a retry keeps what is reused and says so, and has the rest queued until it is done again", () => {
  const marks = [...WALK, mark(22, "execution.retried", "", "Attempt 2."), mark(23, "step.reused", "render", "Reused from attempt 1.", { reused_from: "exec_1" })];
  const retried = outlineOf(marks, 23);
  assert.equal(retried.state, "queued");
  const steps = stepsOf(retried, { render: "", test: "" });
  assert.deepEqual(steps.map((step) => [step.state, step.reused || "", step.attempt]), [["succeeded", "exec_1", 2], ["queued", "", 0]]);
  const layout = new Layout(retried.folds, 23, () => true);
  assert.deepEqual(layout.between(0, layout.height).map((row) => row.seq), Array.from({ length: 23 }, (_, index) => index + 1));
  const later = [...marks, mark(24, "execution.started"), mark(25, "step.started", "test"), mark(26, "step.finished", "test", "Reused.", { reused_from: "exec_2" })];
  assert.deepEqual(stepsOf(outlineOf(later, 26), { render: "", test: "" }).map((step) => step.reused), ["exec_1", "exec_2"]);
  assert.deepEqual(stepsOf(outlineOf(later, 21), { render: "", test: "" }).map((step) => step.state), ["succeeded", "failed"]);
});

test("every event has one row, and a closed fold only its head", () => {
  const { folds: found } = outlineOf(WALK, 21);
  const open = new Layout(found, 21, () => true);
  assert.deepEqual(open.between(0, open.height).map((row) => row.seq), Array.from({ length: 21 }, (_, index) => index + 1));
  assert.equal(open.height, 8 + 19 * LINE + 2 * FOLD + 8);
  const closed = new Layout(found, 21, () => false);
  assert.deepEqual(closed.between(0, closed.height).map((row) => row.seq), [1, 2, 6, 21]);
  assert.equal(closed.topOf(12), closed.topOf(6));
});

test("a place and its height lead to each other in a log of a million lines", () => {
  const marks = [mark(1, "execution.started"), mark(2, "step.started", "test"), mark(1_000_000, "step.finished", "test")];
  const layout = new Layout(outlineOf(marks, 1_000_000).folds, 1_000_000, () => true);
  for (const seq of [1, 2, 3, 777_777, 1_000_000]) assert.equal(layout.at(layout.topOf(seq) + 1).seq, seq);
  const rows = layout.between(layout.topOf(500_000), layout.topOf(500_000) + 600);
  assert.ok(rows.length <= 32 && rows[0].seq === 500_000);
  assert.equal(layout.pieces.length, 3);
});

test("a link into a log is read as it was written", () => {
  for (const range of [{ from: 12, to: 12 }, { from: 12, to: 20 }]) assert.deepEqual(placeIn(hashOf(range)), range);
  assert.deepEqual(placeIn("#L20-L12"), { from: 12, to: 20 });
  assert.deepEqual(placeIn("#step=test"), { step: "test" });
  assert.deepEqual(placeIn("#t=1:02:03"), { ms: 3_723_000 });
  assert.deepEqual(placeIn("#t=00:41"), { ms: 41_000 });
  assert.deepEqual(placeIn("#find=tests%2Ftest_a.py%3A%3Atest_b"), { find: "tests/test_a.py::test_b" });
  for (const none of ["", "#", "#L", "#Lx", "#content", "#step=<b>", "#find=", "#find=%"]) assert.equal(placeIn(none), null);
});

test("the event of a moment is found between samples", () => {
  const samples = [[1, 0], [11, 1000], [12, 9000]];
  assert.deepEqual([-1, 0, 500, 999, 1000, 8999, 9000, 99999].map((ms) => seqAt(samples, ms)), [0, 1, 6, 10, 11, 11, 12, 12]);
  assert.equal(seqAt([], 5), 0);
  let before = 0;
  for (let ms = 0; ms <= 9000; ms += 7) assert.ok(seqAt(samples, ms) >= before && (before = seqAt(samples, ms)));
});

test("the fold of an event is found", () => {
  const { folds: found } = outlineOf(WALK, 21);
  assert.deepEqual([1, 2, 5, 20, 21].map((seq) => foldAt(found, seq)?.name), [undefined, "render", "render", "test", undefined]);
});

test("colours become looks, and other escapes nothing", () => {
  const runs = runsOf("\u001b[1;32mok\u001b[0m then \u001b[38;5;196mred\u001b[39m \u001b[48;2;1;2;3mx\u001b]0;title\u0007\u001b[2J");
  assert.deepEqual(runs.map((run) => [run.text, lookOf(run).className]), [["ok", "sgr-bold sgr-c2"], [" then ", undefined], ["red", undefined], [" ", undefined], ["x", undefined]]);
  assert.match(lookOf(runs[2]).style.color, /^rgb\(255 /);
  assert.deepEqual(lookOf(runs[4]).style, { background: "rgb(1 2 3)" });
});

test("a colour too dark for the console is lightened", () => {
  const [red, green, blue] = lookOf(runsOf("\u001b[38;2;0;0;90mdark")[0]).style.color.match(/\d+/g).map(Number);
  const light = 0.2126 * (red / 255) ** 2.2 + 0.7152 * (green / 255) ** 2.2 + 0.0722 * (blue / 255) ** 2.2;
  assert.ok((light + 0.05) / (0.0065 + 0.05) >= 4.5 && blue > red);
});

test("of overwritten progress the last state is seen, with the colours it has", () => {
  assert.equal(runsOf(" 10 %\r 50 %\r\u001b[31m100 %").map((run) => run.text).join(""), "100 %");
  assert.equal(runsOf("\u001b[32m 10 %\r 50 %\r")[0].color, "c2");
  assert.equal(plainOf("\u001b[32m 10 %\r 50 %\r\u001b[0m"), " 50 %");
});

test("hits are marked across colours, and only the web is linked", () => {
  const runs = runsOf("see \u001b[32mhttp://x.example/a\u001b[0m, javascript:alert(1) and <b>");
  const pieces = piecesOf(runs, finder({ words: "A", exact: false }));
  assert.deepEqual(pieces.filter((piece) => piece.href).map((piece) => piece.href), Array(4).fill("http://x.example/a"));
  assert.equal(pieces.filter((piece) => piece.hit).length, 6);
  assert.equal(pieces.map((piece) => piece.text).join(""), "see http://x.example/a, javascript:alert(1) and <b>");
  assert.deepEqual(finder({ words: "(", regex: true })("("), []);
  assert.deepEqual(finder({ words: "a.c", regex: false })("abc a.c"), [[4, 7]]);
  assert.deepEqual(finder({ words: "x*", regex: true })("axa"), [[1, 2]]);
});

const served = (end, log = []) => (first, limit, signal) => {
  log.push(first);
  return new Promise((answer, refuse) => {
    signal.addEventListener("abort", () => refuse(Object.assign(new Error("gone"), { name: "AbortError" })));
    setTimeout(() => answer(Array.from({ length: Math.max(0, Math.min(limit, end - first + 1)) }, (_, index) => ({ seq: first + index }))), 1);
  });
};
const settled = (chunks) => new Promise((done) => {
  const look = () => (chunks.asked.size || chunks.wanted.some((number) => chunks.lacks(number)) ? setTimeout(look, 1) : done());
  look();
});

test("lines are fetched where they are seen, once, and forgotten when others were", async () => {
  const asked = [];
  const chunks = new Chunks(served(1_000_000, asked), () => {});
  chunks.want(1, 600, 1_000_000);
  await settled(chunks);
  assert.deepEqual(asked, [1, CHUNK + 1, 2 * CHUNK + 1]);
  assert.equal(chunks.get(600).seq, 600);
  chunks.want(1, 600, 1_000_000);
  assert.equal(asked.length, 3);
  for (let first = 1; first < 200 * CHUNK; first += CHUNK) {
    chunks.want(first, first, 1_000_000);
    await settled(chunks);
  }
  assert.ok(chunks.chunks.size <= 81, `${chunks.chunks.size} chunks are kept`);
});

test("who jumps waits for what is seen alone, and then what comes next is fetched in the direction of the reader", async () => {
  const asked = [];
  const chunks = new Chunks(served(1_000_000, asked), () => {});
  const first = (number) => number * CHUNK + 1;
  chunks.want(first(400), first(400) + 40, 1_000_000, 1_000_000);
  assert.deepEqual(asked, [first(400)]);
  await settled(chunks);
  assert.deepEqual(asked, [400, 401, 402, 399].map(first));
  chunks.want(first(398), first(398) + 40, 1_000_000, 1_000_000);
  await settled(chunks);
  assert.deepEqual(asked.slice(4), [398, 397, 396].map(first));
  // Who scrolls on is not waited for: the next one is asked for beside what is seen, also when drawn again meanwhile.
  chunks.want(first(395), first(395) + 40, 1_000_000, 1_000_000);
  chunks.want(first(395), first(395) + 40, 1_000_000, 1_000_000);
  assert.deepEqual(asked.slice(7), [395, 394, 393].map(first));
});

test("what is no longer looked at is not waited for", async () => {
  const chunks = new Chunks(served(1_000_000), () => {});
  chunks.want(1, 700, 1_000_000);
  chunks.want(900_000, 900_010, 1_000_000);
  await settled(chunks);
  assert.equal(chunks.get(1), undefined);
  assert.equal(chunks.get(900_005).seq, 900_005);
});

test("the end of a live log is not fetched again when it has come by itself, and a rewind cuts it", async () => {
  const asked = [];
  const chunks = new Chunks(served(10, asked), () => {});
  chunks.want(1, 10, 10);
  await settled(chunks);
  for (let seq = 11; seq <= 260; seq += 1) chunks.put({ seq });
  chunks.want(1, 260, 260);
  await settled(chunks);
  assert.deepEqual(asked, [1]);
  chunks.cut(200);
  assert.equal(chunks.get(200).seq, 200);
  assert.equal(chunks.get(201), undefined);
  assert.equal(chunks.get(255), undefined);
});

const spoken = (seq, text, more = {}) => ({ seq, kind: "log.line", span: "test", level: "info", text, ...more });
const holding = (events) => {
  const chunks = new Chunks(served(0), () => {});
  events.forEach((event) => chunks.put(event));
  return chunks;
};
const shown = (layout) => layout.between(0, layout.height).map((row) => row.seq);

test("equal neighbours fold into the first with their count, across chunks too, and nothing else does", () => {
  const events = Array.from({ length: 600 }, (_, index) => spoken(index + 1, index < 200 ? `line ${index}` : index < 414 ? "waiting" : ["a", "a", "b"][index % 3]));
  const chunks = holding(events);
  const repeats = new Repeats(chunks);
  assert.deepEqual(repeats.upTo(600), [[201, 414]]);
  assert.equal(repeats.upTo(600), repeats.upTo(600));
  assert.deepEqual(repeats.upTo(300), [[201, 300]], "a replay counts as far as it has come");
  assert.deepEqual(repeats.upTo(202), [], "two are no repetition");
  const layout = new Layout([], 600, () => true, repeats.upTo(600), () => false);
  assert.deepEqual(shown(layout).slice(199, 203), [200, 201, 415, 416]);
  assert.equal(layout.heads.get(201).repeat[1] - 201 + 1, 214);
  assert.equal(layout.topOf(300), layout.topOf(201));
  assert.equal(layout.height, 8 + 387 * LINE + 8);
});

test("another step, level, kind or text ends a repetition, and so does a line that is not here", () => {
  const four = (more) => [1, 2, 3, 4].map((seq) => spoken(seq, "same", seq === 3 ? more : {}));
  for (const more of [{ span: "scan" }, { level: "error" }, { kind: "step.finished" }, { text: "same " }]) assert.deepEqual(new Repeats(holding(four(more))).upTo(4), []);
  assert.deepEqual(new Repeats(holding(four({}))).upTo(4), [[1, 4]]);
  assert.deepEqual(new Repeats(holding(four({}).filter(({ seq }) => seq !== 3))).upTo(4), []);
  assert.deepEqual(new Repeats(holding([1, 2, 3].map((seq) => spoken(seq, " ")))).upTo(3), [], "empty lines are layout");
  const chunks = holding(four({}));
  const repeats = new Repeats(chunks);
  assert.deepEqual(repeats.upTo(4), [[1, 4]]);
  chunks.cut(2);
  assert.deepEqual(repeats.upTo(2), [], "what was never stored is not counted");
});

test("a very long repetition is told in several, each with its exact count", () => {
  const repeats = new Repeats(holding(Array.from({ length: 2_500 }, (_, index) => spoken(index + 1, index < 10 ? String(index) : "again"))));
  assert.deepEqual(repeats.upTo(2_500), [[11, MOST], [MOST + 1, 2 * MOST], [2 * MOST + 1, 2_500]]);
});

test("a repetition is opened by its count and by a place behind its first line, and closed again", () => {
  const layout = (spread) => new Layout([], 9, () => true, [[2, 4], [5, 8]], (repeat) => isSpread(spread, repeat));
  assert.deepEqual(shown(layout([])), [1, 2, 5, 9]);
  assert.deepEqual(shown(layout([[2, 2]])), [1, 2, 5, 9]);
  assert.deepEqual(shown(layout([[3, 3]])), [1, 2, 3, 4, 5, 9]);
  const both = spreadWith([], [3, 6], true);
  assert.deepEqual(shown(layout(both)), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual(shown(layout(spreadWith(both, [2, 4], false))), [1, 2, 5, 6, 7, 8, 9]);
  assert.equal(layout(both).heads.get(2).open, true);
});

test("repetitions inside a closed fold take no row, and those behind it are still folded", () => {
  const { folds: found } = outlineOf(WALK, 21);
  const layout = new Layout(found, 21, (fold) => fold.name === "test", [[3, 5], [8, 12]], () => false);
  assert.deepEqual(shown(layout), [1, 2, 6, 7, 8, 13, 14, 15, 16, 17, 18, 19, 20, 21]);
});

const frameOf = (layout, scrollTop, more = {}) => {
  const view = { top: scrollTop, height: 200 };
  const rows = layout.between(scrollTop, scrollTop + 200);
  return { box: { scrollTop }, drawn: { children: [] }, rows, log: { chunks: { turn: 1, get: () => ({}) } }, layout, wrap: false, height: layout.height, view, scale: 1, loose: false, following: false, printing: false, ...more };
};

test("the bar goes where the row under the eye stands as it stood, when rows above it fold", () => {
  const open = new Layout([], 100, () => true);
  const folded = new Layout([], 100, () => true, [[10, 29]]);
  const eye = new Eye();
  const first = open.topOf(50);
  assert.equal(eye.bar(frameOf(open, first)), null);
  assert.equal(eye.hold(frameOf(open, first), first), first);
  assert.equal(eye.bar(frameOf(open, first)), null, "nothing has changed");
  // The browser has gone on meanwhile: what counts is what is seen, not what was last drawn.
  const bar = eye.bar({ ...frameOf(folded, first), box: { scrollTop: first + 7 } });
  assert.equal(bar, first + 7 - 19 * LINE);
  eye.moved(bar);
  assert.equal(eye.hold(frameOf(folded, bar), folded.topOf(50)), folded.topOf(50));
  assert.equal(eye.bar(frameOf(folded, bar, { following: true })), null);
});

test("a row that folds away itself is not held on to while another with words has its place", () => {
  const eye = new Eye();
  const open = new Layout([], 100, () => true);
  eye.hold(frameOf(open, open.topOf(50)), open.topOf(50));
  const folded = new Layout([], 100, () => true, [[49, 52]]);
  // 53 stood three rows below the upper edge.
  assert.equal(eye.bar(frameOf(folded, open.topOf(50))), folded.topOf(53) - 3 * LINE);
});

test("who was led to a line keeps that one where it is, until they scroll", () => {
  const eye = new Eye();
  const open = new Layout([], 100, () => true);
  const drawn = () => eye.hold(frameOf(open, open.topOf(50)), open.topOf(50));
  const folded = new Layout([], 100, () => true, [[51, 54]]);
  eye.look(56);
  drawn();
  assert.equal(eye.bar(frameOf(folded, open.topOf(50))), folded.topOf(56) - 6 * LINE);
  eye.look(0);
  drawn();
  assert.equal(eye.bar(frameOf(folded, open.topOf(50))), open.topOf(50));
});

test("the row that shows an event is its own, its fold's or its repetition's", () => {
  const { folds: found } = outlineOf(WALK, 21);
  const layout = new Layout(found, 21, (fold) => fold.name === "test", [[8, 12]]);
  assert.deepEqual([1, 2, 3, 5, 6, 7, 8, 10, 12, 13, 21].map((seq) => layout.rowOf(seq)), [1, 2, 2, 2, 6, 7, 8, 8, 8, 13, 21]);
  assert.equal(new Layout([], 0, () => true).rowOf(5), 0);
});

const DIFF = ["@@ -1,4 +1,4 @@", " a", "-b", "-c", "+B", " d", "@@ -20 +20,2 @@", " x", "+y"];

test("a diff has its numbers in one column and its sides beside each other in two", () => {
  const rows = rowsOf(DIFF);
  assert.deepEqual(rows.map((row) => [row.kind, row.old, row.now]), [
    ["place", 0, 0], ["same", 1, 1], ["removed", 2, 0], ["removed", 3, 0], ["added", 0, 2], ["same", 4, 3], ["place", 0, 0], ["same", 20, 20], ["added", 0, 21],
  ]);
  assert.deepEqual(changesOf(rows), [2, 8]);
  const pairs = pairsOf(rows);
  assert.deepEqual(pairs.map((pair) => [pair.kind, pair.left?.text, pair.right?.text]), [
    ["place", undefined, undefined], ["same", "a", "a"], ["changed", "b", "B"], ["changed", "c", undefined], ["same", "d", "d"], ["place", undefined, undefined], ["same", "x", "x"], ["changed", undefined, "y"],
  ]);
  assert.deepEqual(changesOf(pairs), [2, 7]);
});

test("files that differ are a tree with sums, and folders that hold nothing but one folder are one line", () => {
  const items = [["a/b/c/one.py", 1, 2], ["a/b/c/two.py", 3, 0], ["a-b", 0, 1], ["z/x.py", 5, 5], ["z/y/deep.py", 1, 0]].map(([path, added, removed]) => ({ path, added, removed }));
  const told = (closed) => treeOf(items, new Set(closed)).map((node) => `${"  ".repeat(node.level - 1)}${node.name} +${node.added} -${node.removed}`);
  assert.deepEqual(told([]), ["a/b/c/ +4 -2", "  one.py +1 -2", "  two.py +3 -0", "a-b +0 -1", "z/ +6 -5", "  x.py +5 -5", "  y/ +1 -0", "    deep.py +1 -0"]);
  assert.deepEqual(told(["a/b/c/", "z/y/"]), ["a/b/c/ +4 -2", "a-b +0 -1", "z/ +6 -5", "  x.py +5 -5", "  y/ +1 -0"]);
});

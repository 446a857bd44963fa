/* The log's memory: events in, rows out. No React here. */

const ANSI = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;
const ENDED = new Set(["succeeded", "failed", "cancelled"]);

export class Lines {
  constructor() {
    this.reset();
  }

  reset() {
    this.events = [];
    this.lines = [];
    this.steps = new Map();
    this.order = [];
    this.last = 0;
    this.ended = false;
    this.summary = "";
  }

  /** Take one event. Returns true when it changes a step or the execution, so that the page reads its state again. */
  add(event) {
    if (event.seq <= this.last) return false;
    this.last = event.seq;
    this.events.push(event);
    const [noun, past] = event.kind.split(".");
    if (noun === "log") this.line(event, event.level);
    else if (noun === "step") this.step(event, past);
    else if (noun === "execution") this.execution(event, past);
    else if (event.text) this.line(event, "note");
    return noun !== "log";
  }

  line(event, level) {
    for (const text of event.text.replace(ANSI, "").split("\n")) {
      const shown = text.includes("\r") ? text.slice(text.replace(/\r+$/, "").lastIndexOf("\r") + 1) : text;
      this.lines.push({ no: this.lines.length + 1, span: event.span, at: event.at, level, text: shown.replace(/\r/g, "") });
      const step = this.steps.get(event.span);
      if (step) step.count += 1;
    }
  }

  step(event, past) {
    let step = this.steps.get(event.span);
    if (!step) {
      step = { name: event.span, state: "running", since: event.at, until: null, count: 0, note: "" };
      this.steps.set(event.span, step);
    }
    if (past === "started") Object.assign(step, { state: "running", since: event.at, until: null });
    if (past === "finished") Object.assign(step, { state: event.data?.state || "succeeded", until: event.at });
    if (past === "failed") Object.assign(step, { state: "failed", until: event.at });
    if (past === "cancelled") Object.assign(step, { state: "cancelled", until: event.at });
    if (past !== "started") step.note = event.data?.summary || event.text || "";
    if (past === "failed" && event.text) this.line(event, "error");
    this.summary = `${step.name}: ${step.state}${step.note ? `, ${step.note}` : ""}`;
  }

  execution(event, past) {
    // A failed step has said it already.
    const told = this.lines.at(-1)?.text === event.text;
    if (event.text && !told) this.line({ ...event, span: "" }, past === "failed" ? "error" : "note");
    if (ENDED.has(past)) this.ended = true;
    this.summary = `Execution ${past}`;
  }

  /** Forget what was never stored: a new owner took over at `seq`. */
  rewind(seq) {
    const kept = this.events.filter((event) => event.seq <= seq);
    this.reset();
    kept.forEach((event) => this.add(event));
    this.last = seq;
  }

  /** Rows to draw: lines in order, each step behind its fold. */
  rows(isOpen) {
    const rows = [];
    let span = null;
    for (const line of this.lines) {
      if (line.span !== span && line.span && this.steps.has(line.span)) {
        if (!rows.some((row) => row.step?.name === line.span)) rows.push({ step: this.steps.get(line.span) });
      }
      span = line.span;
      const step = this.steps.get(line.span);
      if (!step || isOpen(step)) rows.push({ line });
    }
    return withSilentSteps(rows, this.steps);
  }

  text() {
    return this.lines.map((line) => line.text).join("\n") + "\n";
  }
}

/** Steps that said nothing still have their place: behind the step before them. */
function withSilentSteps(rows, steps) {
  let before = -1;
  for (const step of steps.values()) {
    const at = rows.findIndex((row) => row.step?.name === step.name);
    if (at >= 0) {
      before = lastOf(rows, step.name, at);
      continue;
    }
    const place = before >= 0 ? before + 1 : rows.findIndex((row) => row.step) >= 0 ? rows.findIndex((row) => row.step) : rows.length;
    rows.splice(place, 0, { step });
    before = place;
  }
  return rows;
}

function lastOf(rows, name, from) {
  let at = from;
  while (at + 1 < rows.length && rows[at + 1].line?.span === name) at += 1;
  return at;
}

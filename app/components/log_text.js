/* One line of output as a terminal would show it: colours, overwritten progress, links, hits. Text is never HTML. */

const SGR = /\u001b\[([0-9;:]*)m/g;
const OTHER = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
const LINK = /https?:\/\/[^\s<>"'`\u001b]*[^\s<>"'`.,;:!?)\]}\u001b]/g;
// So bright is text at least that names a colour of its own (WCAG 2.2, 1.4.3: 4.5 to 1 on our console).
const DARKEST = 0.22;

/** The text without colours, and of what a carriage return has begun anew the last. */
export function plainOf(text) {
  const bare = text.replace(SGR, "").replace(OTHER, "");
  return bare.includes("\r") ? bare.split("\n").map(lastWritten).join("\n") : bare;
}

const lastWritten = (line) => line.replace(/\r+$/, "").split("\r").at(-1);

/** A line as runs of {text, look, color, background}: what has the same look is one run. */
export function runsOf(text) {
  // Only the last state of a progress line is seen; its colours may have been set before.
  const at = text.replace(/\r+$/, "").lastIndexOf("\r");
  let pen = {};
  if (at >= 0) for (const [, codes] of text.slice(0, at).matchAll(SGR)) pen = drawn(pen, codes);
  const seen = text.slice(at + 1).replace(/\r+$/, "");
  const runs = [];
  let from = 0;
  const put = (piece) => {
    const clean = piece.replace(OTHER, "").replaceAll("\n", " ⏎ ");
    if (clean) runs.push({ text: clean, ...pen });
  };
  for (const found of seen.matchAll(SGR)) {
    put(seen.slice(from, found.index));
    pen = drawn(pen, found[1]);
    from = found.index + found[0].length;
  }
  put(seen.slice(from));
  return runs;
}

/** The pen after one sequence of codes (ECMA-48, 8.3.117; 38 and 48 as xterm has them). */
function drawn(before, codes) {
  let pen = { ...before };
  const list = codes.split(/[;:]/).map(Number);
  for (let at = 0; at < list.length; at += 1) {
    const code = list[at];
    if (code === 0) pen = {};
    else if (code === 38 || code === 48) {
      const [color, taken] = wide(list, at + 1);
      pen[code === 38 ? "color" : "background"] = code === 38 && color ? readable(color) : color;
      at += taken;
    } else pen = { ...pen, ...simple(code) };
  }
  return pen;
}

const LOOKS = { 1: ["bold", true], 2: ["dim", true], 3: ["italic", true], 4: ["under", true], 7: ["swap", true], 9: ["strike", true], 23: ["italic", false], 24: ["under", false], 27: ["swap", false], 29: ["strike", false] };

function simple(code) {
  if (code === 22) return { bold: false, dim: false };
  if (LOOKS[code]) return { [LOOKS[code][0]]: LOOKS[code][1] };
  if (code >= 30 && code <= 37) return { color: `c${code - 30}` };
  if (code >= 90 && code <= 97) return { color: `c${code - 82}` };
  if (code >= 40 && code <= 47) return { background: `b${code - 40}` };
  if (code >= 100 && code <= 107) return { background: `b${code - 92}` };
  if (code === 39) return { color: undefined };
  if (code === 49) return { background: undefined };
  return {};
}

/** A colour of 256 or of 16 million, and how many codes it took. */
function wide(list, at) {
  if (list[at] === 5) return [indexed(list[at + 1] || 0), 2];
  if (list[at] === 2) return [list.slice(at + 1, at + 4).map((part) => Math.min(255, part || 0)), 4];
  return [undefined, 0];
}

function indexed(number) {
  if (number < 16) return [0, 0, 0].map((_, part) => ((number >> part) & 1 ? (number > 7 ? 255 : 205) : number > 7 ? 85 : 0));
  if (number > 231) return [0, 0, 0].map(() => 8 + (Math.min(number, 255) - 232) * 10);
  const rest = number - 16;
  return [Math.floor(rest / 36), Math.floor(rest / 6) % 6, rest % 6].map((part) => (part ? 55 + part * 40 : 0));
}

/** The colour, or a lighter one of the same tone where it could not be read on the dark console. */
function readable(color) {
  const light = luminance(color);
  if (light >= DARKEST) return color;
  const share = (DARKEST - light) / (1 - light);
  return color.map((part) => Math.round(255 * ((part / 255) ** 2.2 * (1 - share) + share) ** (1 / 2.2)));
}

function luminance(color) {
  const [red, green, blue] = color.map((part) => (part / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The class names of a run, and the colours that no class has. */
export function lookOf(run) {
  const names = ["bold", "dim", "italic", "under", "strike", "swap"].filter((name) => run[name]).map((name) => `sgr-${name}`);
  const style = {};
  for (const part of ["color", "background"]) {
    if (Array.isArray(run[part])) style[part] = `rgb(${run[part].join(" ")})`;
    else if (run[part]) names.push(`sgr-${run[part]}`);
  }
  return { className: names.join(" ") || undefined, style: style.color || style.background ? style : undefined };
}

/** Runs cut at links and hits: pieces of {text, run, href, hit}. `find` gives [from, to] pairs in the seen text. */
export function piecesOf(runs, find) {
  const text = runs.map((run) => run.text).join("");
  const spans = [
    ...[...text.matchAll(LINK)].map((found) => ({ from: found.index, to: found.index + found[0].length, href: found[0] })),
    ...find(text).map(([from, to]) => ({ from, to, hit: true })),
  ];
  if (!spans.length) return runs.map((run) => ({ text: run.text, run }));
  const cuts = [...new Set(spans.flatMap((span) => [span.from, span.to]))].sort((one, other) => one - other);
  const pieces = [];
  let start = 0;
  for (const run of runs) {
    const end = start + run.text.length;
    const edges = [start, ...cuts.filter((cut) => cut > start && cut < end), end];
    for (let at = 0; at + 1 < edges.length; at += 1) {
      const inside = (span) => span.from <= edges[at] && edges[at + 1] <= span.to;
      pieces.push({
        text: text.slice(edges[at], edges[at + 1]), run,
        href: spans.find((span) => span.href && inside(span))?.href,
        hit: spans.some((span) => span.hit && inside(span)),
      });
    }
    start = end;
  }
  return pieces;
}

/** What finds a query's hits in a line: as the server does, upper and lower case alike unless told otherwise. */
export function finder({ words, regex, exact }) {
  if (!words) return () => [];
  let pattern;
  try {
    pattern = new RegExp(regex ? words : words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), exact ? "gu" : "giu");
  } catch {
    return () => []; // the server's dialect is wider than the browser's: its hits are shown without marks
  }
  return (text) => [...text.matchAll(pattern)].filter((found) => found[0]).map((found) => [found.index, found.index + found[0].length]);
}

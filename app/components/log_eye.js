/* What a reader looks at stays where it is on the screen, whatever folds, unfolds or comes around it. No React.

Rows stand in a space as high as the whole log, and the bar says which part of it is seen. When the rows above change, the
bar is put where the row under the eye stands as it stood. Where a row's place is only known once it is drawn (wrapped
lines, a log higher than a browser can draw), the rows are moved by what is left. */

import { LINE } from "./log_model.js";

const FADE = 2; // what is left goes within so many times its length before the ends, which have to be reached

export class Eye {
  constructor() {
    this.seen = null; // what was drawn last
    this.held = null; // the row that keeps its place in the drawing to come, and its place
    this.left = 0; // by how much rows are moved
    this.goal = 0; // the row that somebody was led to
    this.printed = false;
  }

  /** Somebody is led to a row, which is what they look at until they scroll (0). */
  look(seq) {
    this.goal = seq;
    if (seq) [this.seen, this.held, this.left] = [null, null, 0];
  }

  /** Where the bar has to stand in a new drawing, or null where nothing above has changed. To be asked before the space
   * gets its new height: a browser cuts the place of the bar to a smaller one. */
  bar(now) {
    const { seen } = this;
    if (now.printing || !seen || now.following || (seen.layout === now.layout && seen.shape === shapeOf(now))) return null;
    const row = this.underTheEye(now.layout);
    if (!row) return null;
    // On paper nothing scrolls, and the bar forgets its place.
    const below = row.y - (this.printed ? now.view.top : now.box.scrollTop);
    this.printed = false;
    this.held = { seq: now.layout.rowOf(row.seq), below };
    Object.assign(seen, { layout: now.layout, shape: shapeOf(now) });
    const y = now.layout.topOf(row.seq);
    if (!now.wrap) return (y - below) / now.scale;
    // So that the row at the reader's share of the whole hangs about where it has to for this one to stay.
    const share = (y - below / seen.ratio) / Math.max(1, now.layout.height - now.view.height / seen.ratio);
    return Math.min(1, Math.max(0, share)) * (now.height - now.view.height);
  }

  /** The bar stands there now, which may be less than was asked for. */
  moved(top) {
    if (this.held) this.held.y = top + this.held.below;
  }

  /** Where the first row that is drawn has to stand, given where it would by the bar alone. Remembers what is seen. */
  hold(now, first) {
    if (now.printing) {
      this.printed = true;
      return first;
    }
    const { seen } = this;
    const turn = now.log.chunks.turn;
    const at = placesOf(now);
    let held = this.held;
    // Lines that have come may be higher than the places that were kept for them.
    if (!held && now.loose && seen && seen.turn !== turn) held = this.underTheEye(now.layout);
    this.held = null;
    if (held) {
      const place = now.rows.findIndex((row) => row.seq === held.seq);
      this.left = place < 0 ? 0 : held.y - first - at[place];
    } else if (!seen || Math.abs(seen.top - now.view.top) > now.view.height) this.left = 0;
    if (!now.loose || now.following) this.left = 0;
    const end = Math.max(0, now.height - now.view.height);
    const room = Math.max(0, Math.min(now.view.top, end - now.view.top));
    const y = first + this.left * Math.min(1, room / Math.max(1, FADE * Math.abs(this.left)));
    const rows = now.rows.map((row, index) => ({ seq: row.seq, y: y + at[index], known: !!row.fold || !!now.log.chunks.get(row.seq) }));
    const bottom = now.view.top + now.view.height;
    this.seen = {
      layout: now.layout, shape: shapeOf(now), turn, top: now.view.top, ratio: ratioOf(now, at),
      rows: rows.filter((row) => row.y > now.view.top - LINE && row.y < bottom),
    };
    return y;
  }

  /** Of the rows that were seen the one to keep: where somebody was led to, else the first with words that still has a
   * place of its own. */
  underTheEye(layout) {
    const { rows } = this.seen;
    const stays = (row) => layout.rowOf(row.seq) === row.seq;
    return rows.find((row) => row.seq === this.goal && stays(row)) || rows.find((row) => row.known && stays(row)) || rows.find((row) => row.known) || rows[0];
  }
}

const shapeOf = ({ height, view, wrap }) => `${height} ${view.height} ${wrap}`;

/** How far below the first row each row is drawn. */
const placesOf = ({ rows, drawn, wrap }) => rows.map((row, index) => (wrap ? (drawn.children[index]?.offsetTop ?? 0) : row.top - rows[0].top));

/** How much taller rows are here than they would be unwrapped. */
function ratioOf({ rows, wrap }, at) {
  const last = rows.length - 1;
  return wrap && last > 0 ? Math.max(0.1, at[last] / Math.max(1, rows[last].top - rows[0].top)) : 1;
}

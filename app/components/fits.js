/* What fits a search of a list that the page holds as a whole. Reads it as services/catalog/gallery.py does. */

const LONGEST = 100;
const MOST_WORDS = 8;
// What Python's str.split() takes for room between words; a browser's \s is another set.
const ROOM = /[\t-\r\u001c- \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/** The words of a search, in small letters. */
export const wordsOf = (query) =>
  [...query].slice(0, LONGEST).join("").split(ROOM).filter(Boolean).slice(0, MOST_WORDS).map((word) => word.replaceAll("\0", "").toLowerCase());

/** Whether something fits: every word stands in its `text`, which is in small letters. */
export const fits = (words, text) => words.every((word) => text.includes(word));

import { Children } from "react";
import { useSearch } from "../filters/filters.jsx";
import { fits, wordsOf } from "./fits.js";

/** Whether something fits the address: every word of `q` stands in its `text`, and its category is the chosen one. */
function useFit() {
  const chosen = new URLSearchParams(useSearch());
  const words = wordsOf(chosen.get("q") || "");
  const category = (chosen.get("category") || "").toLowerCase();
  return (one) => fits(words, one.text) && (!category || one.category.toLowerCase() === category);
}

/** What it holds, where that fits the address. */
export function Fitting({ text, category, children }) {
  return useFit()({ text, category }) ? children : null;
}

/** The first child where one of `items` fits the address, else the second. */
export function AnyFitting({ items, children }) {
  const [some, none] = Children.toArray(children);
  return items.some(useFit()) ? some : none;
}

import { useEffect, useState } from "react";

const GROUNDS = [
  { name: "On light", ground: "#ffffff", toward: 0 },
  { name: "On dark", ground: "#111113", toward: 255 },
];

const channels = (color) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
const written = (parts) => "#" + parts.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("");

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(color) {
  const [red, green, blue] = channels(color).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** The shade nearest to `color` that can be read on `ground`: mixed with black or white step by step. */
function readable(color, ground, toward) {
  for (let share = 0; share <= 1; share += 0.02) {
    const shade = written(channels(color).map((part) => part + (toward - part) * share));
    if (contrast(shade, ground) >= 4.5) return shade;
  }
  return written([toward, toward, toward]);
}

const figure = (value) => `${value.toFixed(1)}:1`;

function Ground({ name, ground, toward, color }) {
  const [on, words] = contrast("#ffffff", color) >= contrast("#000000", color) ? ["#ffffff", "white"] : ["#000000", "black"];
  const link = readable(color, ground, toward);
  const own = contrast(color, ground);
  return (
    <div className="swatch-ground" style={{ background: ground, color: toward ? "#edeef0" : "#1c2024" }}>
      <p className="swatch-name">{name}</p>
      <span className="swatch-button" style={{ background: color, color: on }}>Button</span>
      <p><span className="swatch-link" style={{ color: link }}>A link</span> in a line of text.</p>
      <dl className="swatch-figures">
        <div><dt>Colour on ground</dt><dd>{figure(own)}</dd></div>
        <div><dt>{`Button, ${words} text`}</dt><dd>{figure(contrast(on, color))}</dd></div>
        <div><dt>{link === color ? "Link, as chosen" : `Link, shade ${link}`}</dt><dd>{figure(contrast(link, ground))}</dd></div>
      </dl>
    </div>
  );
}

/** What a colour looks like, with its contrasts, while it is chosen in the field with the id `field`. */
export function Brand({ value, field }) {
  const [color, setColor] = useState("");
  useEffect(() => setColor(value), [value]);
  useEffect(() => {
    const follow = (event) => event.target.id === field && setColor(event.target.value);
    document.addEventListener("input", follow);
    return () => document.removeEventListener("input", follow);
  }, [field]);
  if (!/^#[0-9a-f]{6}$/i.test(color)) return null;
  return (
    <div className="swatches" role="group" aria-label="Your colour">
      {GROUNDS.map((one) => <Ground key={one.name} color={color} {...one} />)}
    </div>
  );
}

import { useContext, useEffect, useRef, useState } from "react";
import { ColorModeContext } from "$/utils/context";
import { Menu } from "../menu/menu.jsx";

const COOKIE = "ideasmith_theme";
const MODES = [
  { value: "light", words: "Light" },
  { value: "dark", words: "Dark" },
  { value: "system", words: "As the system" },
];

/** The choice lies in a cookie, which the script in the head reads before the first paint. */
function remember(mode) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${COOKIE}=${mode}; path=/; max-age=31536000; samesite=lax${secure}`;
}

/** The theme: light, dark, or what the system says, which then is followed. `onChosen` is told which. */
export function ThemeMenu({ compact, onChosen, children }) {
  const { rawColorMode, setColorMode } = useContext(ColorModeContext);
  // What is stored is known in the browser only; the prerendered page must begin alike.
  const [mode, setMode] = useState("");
  useEffect(() => setMode(rawColorMode), [rawColorMode]);
  const items = MODES.map((item) => ({ ...item, checked: item.value === mode }));
  const choose = (value) => {
    remember(value);
    setColorMode(value);
    onChosen?.(value);
  };
  return (
    <Menu
      label="Theme" items={items} onChoose={choose} className={compact ? "button quiet square" : "rail-link"}
      aria-label={compact ? "Theme" : undefined}
    >
      {children}
      {compact ? null : "Theme"}
    </Menu>
  );
}

/** Applies the theme that was chosen in a form. */
export function ChosenTheme({ mode }) {
  const { setColorMode } = useContext(ColorModeContext);
  const before = useRef(mode);
  useEffect(() => {
    if (!mode || mode === before.current) return;
    before.current = mode;
    remember(mode);
    setColorMode(mode);
  }, [mode]);
  return null;
}

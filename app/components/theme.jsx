import { useContext, useEffect, useState } from "react";
import { ColorModeContext } from "$/utils/context";
import { Menu } from "../menu/menu.jsx";

const MODES = [
  { value: "light", words: "Light" },
  { value: "dark", words: "Dark" },
  { value: "system", words: "As the system" },
];

/** The theme: light, dark, or what the system says, which then is followed. */
export function ThemeMenu({ compact, children }) {
  const { rawColorMode, setColorMode } = useContext(ColorModeContext);
  // What is stored is known in the browser only; the prerendered page must begin alike.
  const [mode, setMode] = useState("");
  useEffect(() => setMode(rawColorMode), [rawColorMode]);
  const items = MODES.map((item) => ({ ...item, checked: item.value === mode }));
  return (
    <Menu
      label="Theme" items={items} onChoose={setColorMode} className={compact ? "button quiet square" : "rail-link"}
      aria-label={compact ? "Theme" : undefined}
    >
      {children}
      {compact ? null : "Theme"}
    </Menu>
  );
}

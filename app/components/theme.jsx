import { useContext, useEffect, useRef } from "react";
import { ColorModeContext } from "$/utils/context-registry";

const COOKIE = "ideasmith_theme";

/** The choice lies in a cookie, which the script in the head reads before the first paint. */
function remember(mode) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${COOKIE}=${mode}; path=/; max-age=31536000; samesite=lax${secure}`;
}

/** Switches between light and dark, and says which was chosen. */
export function ThemeButton({ onChosen, children, ...rest }) {
  const { resolvedColorMode, setColorMode } = useContext(ColorModeContext);
  const choose = () => {
    const mode = resolvedColorMode === "dark" ? "light" : "dark";
    remember(mode);
    setColorMode(mode);
    onChosen?.(mode);
  };
  return (
    <button type="button" {...rest} onClick={choose}>
      {children}
    </button>
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

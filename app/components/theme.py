"""Light and dark: a button that switches, and what applies the choice of a form."""

from typing import Any

import reflex as rx

LIBRARY = rx.asset("theme.jsx", shared=True).importable_path

# Runs in the head, before anything is painted, and before Reflex's own script reads what is stored.
BEFORE_PAINT = """
(() => {
  const chosen = document.cookie.match(/(?:^|; )ideasmith_theme=(system|light|dark)(?:;|$)/);
  if (!chosen) return;
  try { localStorage.setItem("theme", chosen[1]); } catch { return; }
  const device = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const mode = chosen[1] === "system" ? device : chosen[1];
  document.documentElement.classList.remove("light", "dark");
  document.documentElement.classList.add(mode);
  document.documentElement.style.colorScheme = mode;
})();
"""


class ThemeButton(rx.Component):
    """A button that switches between light and dark; `on_chosen` is told which it is now."""

    library = LIBRARY
    tag = "ThemeButton"
    on_chosen: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class ChosenTheme(rx.Component):
    """Applies `mode` (system, light or dark) when it changes."""

    library = LIBRARY
    tag = "ChosenTheme"
    mode: rx.Var[str]


def theme_button(*children: Any, **props: Any) -> rx.Component:
    """Return the button."""
    return ThemeButton.create(*children, **props)


chosen_theme = ChosenTheme.create


def before_paint() -> rx.Component:
    """Return the script for the head of every page."""
    return rx.el.script(BEFORE_PAINT)

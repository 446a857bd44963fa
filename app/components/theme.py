"""The theme: light, dark, or as the system. Kept in this browser and in the account, and set before the first paint."""

import reflex as rx

from app.components import menu  # noqa: F401 - its file is imported by theme.jsx
from app.components.icons import icon

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


class ThemeMenu(rx.Component):
    """A button with a menu of three. `compact` shows the icon alone; `on_chosen` is told what was chosen."""

    library = LIBRARY
    tag = "ThemeMenu"
    compact: rx.Var[bool]
    on_chosen: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class ChosenTheme(rx.Component):
    """Applies `mode` (system, light or dark) when it changes."""

    library = LIBRARY
    tag = "ChosenTheme"
    mode: rx.Var[str]


def theme_menu(*, compact: bool = False, **props: rx.EventHandler) -> rx.Component:
    """Return the button."""
    return ThemeMenu.create(icon("theme"), compact=compact, **props)


chosen_theme = ChosenTheme.create


def before_paint() -> rx.Component:
    """Return the script for the head of every page."""
    return rx.el.script(BEFORE_PAINT)

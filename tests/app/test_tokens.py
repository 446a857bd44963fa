"""Every pair of colours that is used can be read: 4.5 for text, 3 for shapes (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).parents[2] / "assets" / "styles"
TOKENS = (STYLES / "tokens.css").read_text(encoding="utf-8")
THEMES = ("light", "dark")
GROUNDS = ("page", "surface", "sunken")

TEXT = [
    *[(ink, ground) for ink in ("text", "muted", "accent-text", "danger") for ground in GROUNDS],
    ("page", "text"),  # the ink button
    ("on-solid", "accent"),
    ("on-solid", "danger-solid"),
    ("accent-text", "accent-tint"),
    ("text", "accent-tint"),  # a chosen option
    *[(name, f"{name}-tint") for name in ("ember", "success", "warning", "danger")],
    ("ember", "page"),
    ("ember", "sunken"),
]
SHAPES = [
    *[("control", ground) for ground in GROUNDS],
    *[("accent", ground) for ground in ("page", "surface")],
    ("accent-text", "accent-tint"),  # the mark of a chosen option
    *[(name, ground) for name in ("success", "warning", "danger", "accent-text") for ground in GROUNDS],
]
CONSOLE = ("muted", "accent-text", "success", "warning", "danger")


def colors(theme: str) -> dict[str, str]:
    """Return the tokens of a theme."""
    pair = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
    at = THEMES.index(theme)
    return {name: values[at] for name, *values in pair.findall(TOKENS)}


def console_colors() -> dict[str, str]:
    """Return what the block of the console's ground sets."""
    block = TOKENS.split(".plain {")[1].split("}")[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def luminance(color: str) -> float:
    """Return the relative luminance of a colour, by WCAG's definition."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    assert contrast(colors(theme)[ink], colors(theme)[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_can_be_seen(theme: str, shape: str, ground: str) -> None:
    assert contrast(colors(theme)[shape], colors(theme)[ground]) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ink", CONSOLE)
def test_the_console_can_be_read_in_both_themes(theme: str, ink: str) -> None:
    ground = colors(theme)["console"]
    assert contrast(console_colors()[ink], ground) >= 4.5
    assert contrast(colors(theme)["console-text"], ground) >= 4.5


def test_the_console_takes_the_dark_values() -> None:
    dark = colors("dark")
    assert all(dark[name] == value for name, value in console_colors().items() if name in dark)


def test_parts_take_every_colour_from_a_token() -> None:
    parts = (STYLES / "components.css").read_text(encoding="utf-8")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;,\s)])", parts) == []
    assert set(re.findall(r"var\((--[\w-]+)", parts)) <= set(re.findall(r"(--[\w-]+):", TOKENS))

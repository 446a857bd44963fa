"""`python -m app.edge.og`: draws the pictures in assets/ again, from mark.svg and one sentence.

Needs a built front end (for Geist) and a Chromium, so it is run by hand when the mark or the words change.
"""

import shutil
import struct
from base64 import b64encode
from pathlib import Path

ASSETS = Path("assets")
FONT = Path(".web/build/client/fonts/geist-latin.woff2")
SENTENCE = "From a form to a running application"
CARD = """
<style>
@font-face {{ font-family: Geist; src: url(data:font/woff2;base64,{font}); font-weight: 100 900 }}
* {{ margin: 0; box-sizing: border-box }}
body {{ width: 1200px; height: 630px; background: #111113; color: #edeef0; font-family: Geist;
  position: relative; overflow: hidden }}
.glow {{ position: absolute; right: -180px; top: -120px; width: 900px; height: 900px;
  background: radial-gradient(closest-side, #ffa05733, #ffa05700) }}
.spark {{ position: absolute; right: 84px; top: 108px; width: 340px; height: 340px }}
.name {{ position: absolute; left: 80px; top: 76px; display: flex; gap: 20px; align-items: center;
  font-size: 36px; font-weight: 560 }}
.name svg {{ width: 56px; height: 56px }}
h1 {{ position: absolute; left: 80px; bottom: 128px; width: 700px; font-size: 62px; line-height: 70px; font-weight: 620;
  letter-spacing: -1.6px; text-wrap: balance }}
p {{ position: absolute; left: 80px; bottom: 72px; font-size: 26px; color: #b0b4ba }}
</style>
<div class="glow"></div>
<svg class="spark" viewBox="3 3 18 18"><path d="{spark}" fill="#ffa057"/></svg>
<div class="name">{mark}<span>Ideasmith</span></div>
<h1>{sentence}</h1><p>Built, tested, scanned and deployed in front of you.</p>
"""
SPARK = "M12 3.5l2 6.5 6.5 2-6.5 2-2 6.5-2-6.5-6.5-2 6.5-2z"


def draw(pages: dict[Path, tuple[str, int, int]]) -> None:
    """Save each piece of HTML as a picture of its width and height."""
    from playwright.sync_api import sync_playwright  # for development only

    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for path, (html, width, height) in pages.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.set_content(html)
            page.evaluate("document.fonts.ready")
            page.screenshot(path=path, omit_background=True)
            page.close()
        browser.close()


def icon(mark: str, size: int) -> str:
    """Return the mark alone, as a page of that size."""
    return f"<style>*{{margin:0}}svg{{display:block;width:{size}px;height:{size}px}}</style>{mark}"


def write_ico(picture: Path, into: Path, size: int) -> None:
    """Wrap one PNG as the icon file that browsers ask for unasked."""
    png = picture.read_bytes()
    header = struct.pack("<HHH", 0, 1, 1)
    entry = struct.pack("<BBBBHHII", size, size, 0, 0, 1, 32, len(png), 22)
    into.write_bytes(header + entry + png)


def main() -> None:
    """Draw the link preview and the icons."""
    mark = (ASSETS / "mark.svg").read_text(encoding="utf-8")
    font = b64encode(FONT.read_bytes()).decode()
    small = ASSETS / "icon-32.png"
    draw(
        {
            ASSETS / "og.png": (CARD.format(font=font, mark=mark, spark=SPARK, sentence=SENTENCE), 1200, 630),
            ASSETS / "apple-touch-icon.png": (icon(mark, 180), 180, 180),
            ASSETS / "icon-512.png": (icon(mark, 512), 512, 512),
            small: (icon(mark, 32), 32, 32),
        }
    )
    write_ico(small, ASSETS / "favicon.ico", 32)
    small.unlink()


if __name__ == "__main__":
    main()

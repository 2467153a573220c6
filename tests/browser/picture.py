"""Makes the README's picture from a real run: python tests/browser/picture.py results/log.html resources/log.png

It shows the evidence of the first test of that log.html in light mode.
"""

from __future__ import annotations

import sys
from pathlib import Path

from chromium import chromium, executable


def main(log: Path, picture: Path) -> None:
    """Raises SystemExit where there is no Chromium."""
    program = executable()
    if program is None:
        raise SystemExit("There is no Chromium on this machine.")
    with chromium(program) as page:
        page.emulate("light")
        page.resize(1180, 900)
        page.open(f"{log.resolve().as_uri()}#s1-t1")
        page.wait_for("document.querySelector('svg')")
        page.evaluate("document.querySelector('.test .message, svg').scrollIntoView()")
        page.screenshot(picture)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

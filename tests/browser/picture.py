"""Makes the README's picture from a real run, in light mode:

robot --outputdir results acceptance/interruption_recovery.robot
python tests/browser/picture.py results/log.html s1-t2 resources/log.png
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path

from chromium import Page, chromium

EVIDENCE = "document.querySelector('.rv-report').getBoundingClientRect()"


def main(log: Path, test: str, picture: Path) -> None:
    """`test` is the id of a test in that log.html."""
    with chromium() as page:
        page.emulate("light")
        page.resize(1300, 900)
        page.open(f"{log.resolve().as_uri()}#{test}")
        page.wait_for("document.querySelector('.rv-report svg')")
        page.evaluate("window.scrollTo(0, 0)")
        picture.write_bytes(evidence(page))


def evidence(page: Page) -> bytes:
    """The part of the page that RobotVoice put there, as PNG."""
    clip = {name: page.evaluate(f"{EVIDENCE}.{name}") for name in ("x", "y", "width", "height")} | {"scale": 1}
    clip["y"] += page.evaluate("window.scrollY")
    return base64.b64decode(page.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))

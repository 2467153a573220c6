"""How far the figures of this machine are to be trusted."""

from __future__ import annotations

from robot.api import logger
from robot.api.deco import keyword

from RobotVoice.calibration import report
from RobotVoice.calibration.calls import CALLS, calibrate
from RobotVoice.calibration.result import WITHIN, Calibration
from RobotVoice.durations import Duration
from RobotVoice.errors import InvalidArgument
from RobotVoice.keywords.group import KeywordGroup


class CalibrationKeywords(KeywordGroup):
    """`Calibrate My Setup`."""

    @keyword
    def calibrate_my_setup(self, calls: int = CALLS, within: Duration = Duration(WITHIN)) -> Calibration:  # noqa: B008
        """Finds out how truly this machine measures stop latency today, and says so: "to within ±12 ms".

        RobotVoice calls an agent of its own that knows to the millisecond when it fell silent: 100 ms, 300 ms or
        800 ms after the caller's first sound, or never; sending as it speaks, or all at once. Then it compares what
        it measured. The table is in log.html.

        - ``calls``: how many calls of each of the eight kinds; 3 take about a minute.
        - ``within``: the error that no call may exceed, 40 ms unless you say otherwise. If one does, if this machine
          was too busy to measure, or if a call was reported wrongly, the keyword fails with an error: the figures of
          the tests to come would not be worth more. That says nothing about your agent.

        No other call may be open. Returns an object with ``accuracy`` and ``coverage`` (the share of stops whose true
        value lay within the printed ±), and in ``cases`` for each kind ``way``, ``stop``, ``n``, ``errors``, ``worst``
        and ``censored``. Lengths are in seconds.

        Examples:
        | Suite Setup    Calibrate My Setup
        | ${setup} =    Calibrate My Setup    calls=10    within=30 ms
        | Log    ${setup.accuracy}
        """
        self.require_free_line("Calibrate My Setup")
        if not within.seconds:
            raise InvalidArgument("The argument within is 0 s; no setup measures without any error, so allow some.")
        found = calibrate(calls, logger.debug)
        logger.info(report.as_html(found), html=True)
        found.require(within.seconds)
        logger.console(found.sentence)
        return found

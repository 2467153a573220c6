"""Whether an agent can be tested at all."""

from __future__ import annotations

from robot.api import logger
from robot.api.deco import keyword

from RobotVoice.adapters import matrix
from RobotVoice.adapters.options import build
from RobotVoice.doctor import report
from RobotVoice.doctor.findings import Diagnosis
from RobotVoice.doctor.visit import WORDS, examine
from RobotVoice.keywords.group import KeywordGroup, tell


class DoctorKeywords(KeywordGroup):
    """`Check Agent`."""

    @keyword
    def check_agent(self, agent: str, **options: object) -> Diagnosis:
        """Finds out whether an agent can be tested from here, by one short call of its own.

        Does the line open, is the key accepted, does audio flow both ways, how late is it, and does this machine keep
        the call's time? The table is in log.html. The keyword fails, and says what to do, if something does not work.

        ``agent`` and ``options`` are those of `Start Call`. No other call may be open. Returns an object with
        ``well`` and ``findings``, each of which has ``what``, ``works`` and ``sentence``.

        Examples:
        | Suite Setup    Check Agent    openai_realtime    model=gpt-realtime-2.1
        | Check Agent    media_streams    url=ws://127.0.0.1:8765/ws
        """
        self.require_free_line("Check Agent")
        settings = self.library.settings
        found = examine(build(matrix.find(agent), options), settings.voice.speak(WORDS), settings.ears)
        logger.info(report.as_html(found), html=True)
        found.require()
        tell(found.sentence)
        return found

"""A whole conversation with a caller who talks by itself, and interrupts by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from robot.api import logger
from robot.api.deco import keyword

from RobotVoice.caller.lines import Caller, ListCaller, spoken_lines
from RobotVoice.caller.options import DelayRange, Probability, Seed
from RobotVoice.caller.plan import Plan, draw_plan, draw_seed
from RobotVoice.caller.talk import Talk, Talking, why_too_little
from RobotVoice.durations import Duration
from RobotVoice.errors import CannotCheck, InvalidArgument
from RobotVoice.evidence.repetition import counted
from RobotVoice.interruption.modes import ModeOption
from RobotVoice.keywords.group import KeywordGroup, refuse_misspelt, tell

if TYPE_CHECKING:
    from RobotVoice.caller.model import CallerModel

Lines = list[str] | str | None

MOST_TURNS = 500
NO_CALLER_CONFIGURED = (
    "persona= and goal= make a caller of a chat model, and none is configured. Name one with the library's import "
    "option caller= and, if it is not at OpenAI, its server with caller_url= (Library    RobotVoice    caller=llama3.3"
    "    caller_url=http://localhost:11434/v1), or with the environment variables ROBOTVOICE_CALLER, "
    "ROBOTVOICE_CALLER_URL. Or give the caller's lines, which need no model."
)


class TalkingKeywords(KeywordGroup):
    """`Let Them Talk`."""

    @keyword
    def let_them_talk(
        self,
        *said: str,
        turns: int = 5,
        interrupt_probability: Probability = Probability(0.5),  # noqa: B008 - Libdoc shows it
        seed: Seed = Seed(None),  # noqa: B008 - Libdoc shows it
        delays: DelayRange = DelayRange(0.2, 2.5),  # noqa: B008 - Libdoc shows it
        lines: Lines = None,
        interruptions: Lines = None,
        persona: str = "",
        goal: str = "",
        at_least: int | None = None,
        mode: ModeOption = ModeOption.BY_MATRIX,
        timeout: Duration = Duration(30),  # noqa: B008 - Libdoc shows it
    ) -> Talk:
        """The caller and the agent talk with each other, and the caller interrupts by chance.

        In each turn the caller says a line. While the agent answers, the caller either listens to the end, or
        interrupts; what the agent says to the interruption is then heard to its end. The call has to be open.

        - ``said``, or ``lines``: what the caller says, a line in each turn and in this order; at their end they begin
          again. ``lines`` is a list, or the path of a text file with a line each.
        - ``persona`` and ``goal``: instead of lines, who the caller is and what it wants. A chat model then finds the
          words, after what the caller has heard so far; the library's import option ``caller`` names it.
        - ``turns``: how many.
        - ``interrupt_probability``: how likely an interruption is in each turn: ``50 %``, or ``0.5``.
        - ``delays``: how long after the agent's first audible word the caller interrupts: drawn between these two.
        - ``interruptions``: what it interrupts with, one of them by chance: a list, or the path of a text file. Without
          it the model's own words are used, or ready-made ones such as "Sorry, one question."
        - ``seed``: a number that decides everything left to chance. The same seed gives the same caller: the same
          lines, interruptions and delays, whatever the agent does. Without it one is drawn, and the log and the console
          name it, so that you can have the very same caller again. A chat model is given the seed, too, but may find
          other words; those that it found stand in the log.
        - ``at_least``: how many interruptions there have to be; without it one, unless the probability is 0. A seed
          with which the caller tries fewer is an error, and nothing is said.
        - ``mode``: as in `Interrupt With`.
        - ``timeout``: how long to wait for each whole reply of the agent.

        Whether the agent stops decides nothing here: it is counted. Hold a limit against it with `Yield Rate Should Be
        At Least`, `Repeated Stop Latency Should Be Within` and `Repeated Response Latency Should Be Within`, and judge
        every interruption with `Judge Recovery`. An interruption for which there was nothing to interrupt counts for no
        figure, and if none happened, the keyword fails with an error. So it does if the agent hangs up or stays
        silent; the error says in which turn.

        Returns an object with ``seed``, ``turns`` (each with ``line``, ``interruption`` and ``after``, its delay in
        seconds), ``interruptions`` as `Get Interruption` returns them, ``attempts``, ``did_not_happen``,
        ``unreliable``, and ``yield_rate``, ``stop_latency`` and ``response_latency`` as `Repeat` returns them.

        Examples:
        | Let Them Talk    Tell me about my billing    What are your business hours?    turns=4    seed=7
        | Let Them Talk    @{LINES}    turns=10    interrupt_probability=70 %    at_least=5
        | Let Them Talk    lines=${CURDIR}/lines.txt    interruptions=${CURDIR}/interruptions.txt
        | ${talk} =    Let Them Talk    persona=a customer in a hurry    goal=find out what the last bill was for
        | Yield Rate Should Be At Least    80 %    certainty=none
        """
        refuse_misspelt(TalkingKeywords.let_them_talk, said, "A line of the caller")
        promised = _promised(turns, interrupt_probability, at_least)
        words = _lines_of(said, lines)
        cutting_in = spoken_lines("interruptions", interruptions) if interruptions is not None else ()
        model = self._model_for(persona, goal, words)
        call = self.conversation
        plan = _plan(turns, interrupt_probability, delays, seed, promised)
        caller = _person(model, persona, goal, plan, cutting_in) if model else ListCaller(words, cutting_in)
        talking = Talking(call, caller, plan, self.library.voice_of_caller, tell, mode.value, timeout.seconds)
        try:
            talking.hold()
        finally:
            talk = talking.so_far()
            self.library.repeating.remember(talk)
            for sentence in filter(None, (*talk.sentences(), caller.cost)):
                tell(sentence)
        error = why_too_little(talk)
        if error is not None:
            raise error
        return talk

    def _model_for(self, persona: str, goal: str, words: tuple[str, ...]) -> CallerModel | None:
        """The model if it is to find the words."""
        wanted = bool(persona.strip() or goal.strip())
        if wanted and words:
            raise InvalidArgument("Let Them Talk has lines and a persona or goal: give the caller either of them.")
        if not wanted and not words:
            raise InvalidArgument("Let Them Talk has nothing to say: give the caller lines, or persona= and goal=.")
        if not wanted:
            return None
        model: CallerModel | None = self.library.settings.caller_model
        if model is None:
            raise CannotCheck(f"Let Them Talk: {NO_CALLER_CONFIGURED}")
        return model


def _lines_of(said: tuple[str, ...], lines: Lines) -> tuple[str, ...]:
    if said and lines is not None:
        raise InvalidArgument("Let Them Talk has lines of its own and lines= as well: give either of them.")
    if said:
        return spoken_lines("said", said)
    return spoken_lines("lines", lines) if lines is not None else ()


def _person(model: CallerModel, persona: str, goal: str, plan: Plan, cutting_in: tuple[str, ...]) -> Caller:
    from RobotVoice.caller.model import ModelCaller  # noqa: PLC0415 - loads pydantic

    return ModelCaller(model, persona.strip(), goal.strip(), len(plan.turns), plan.seed, cutting_in)


def _promised(turns: int, probability: Probability, at_least: int | None) -> int:
    """How many interruptions there have to be."""
    # Robot Framework hands on a fraction as it is, where the default is a whole number
    if not 1 <= turns <= MOST_TURNS or turns != int(turns):
        raise InvalidArgument(f"The argument turns is {turns}; it has to be a whole number from 1 to {MOST_TURNS}.")
    most = turns if probability.share else 0
    promised = min(1, most) if at_least is None else at_least
    if not 0 <= promised <= most:
        allowed = f"from 0 to {most}" if most else "0"
        raise InvalidArgument(
            f"The argument at_least is {promised}; with {counted(turns, 'turn')} and a probability of {probability} it "
            f"has to be {allowed}."
        )
    return promised


def _plan(turns: int, probability: Probability, delays: DelayRange, seed: Seed, promised: int) -> Plan:
    number = draw_seed(turns, probability.share, promised) if seed.number is None else seed.number
    plan = None if number is None else draw_plan(number, turns, probability.share, delays)
    if plan is None or plan.interruptions < promised:
        found = "no seed was found" if plan is None else f"and seed={plan.seed} there would be {plan.interruptions}"
        raise CannotCheck(
            f"There have to be at least {counted(promised, 'interruption')} in {counted(turns, 'turn')} "
            f"(at_least={promised}), but with a probability of {probability} {found}. Give more turns, a higher "
            "interrupt_probability= or another seed=."
        )
    if seed.number is None:
        logger.console(f"\nLet Them Talk: seed={plan.seed} was drawn; give it to have the same caller again.")
    tell(f"Let Them Talk: seed={plan.seed}.")
    return plan

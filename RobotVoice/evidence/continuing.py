"""How the agent went on in spite of the caller's sound, in plain words: for checks and the report alike."""

from __future__ import annotations

from RobotVoice.evidence.model import Continuation, CutIn, Interruption, Outcome, duration
from RobotVoice.evidence.sentences import allowance, figure, lower_bound, outcome_sentence, quoted


def account(one: Interruption) -> str:
    """What the agent did, from the caller's sound on."""
    went_on = one.continuation
    if went_on is None:
        return outcome_sentence(one)
    told = [] if one.outcome is Outcome.INTERRUPTED else [outcome_sentence(one)]
    told.append(_pause(one, went_on, "It" if told else "The agent"))
    if went_on.restarted:
        told.append(f"It said {went_on.again} again, which the caller had heard already.")
    if went_on.skipped:
        told.append(f"It left out {went_on.left_out}, which the caller never heard.")
    return " ".join(told)


def unknown(went_on: Continuation, may_restart: bool, may_skip: bool) -> str:
    """What of its words has to be known and could not be told, and what to do about it; "" if there is nothing."""
    told = []
    if went_on.restarted is None and not may_restart:
        told.append(
            "Whether it said words again could not be told: it takes speech to text that understands them, or "
            "may_restart=True if it does not matter."
        )
    if went_on.skipped is None and not may_skip:
        told.append(
            "Whether it left words out could not be told: it takes the agent's own transcript and speech to text, or "
            "may_skip_words=True if it does not matter."
        )
    return " ".join(told)


def broken(one: Interruption, allowed: float, may_restart: bool, may_skip: bool) -> str:
    """What an agent that had to keep talking did wrong, or "". allowed: the longest pause, in seconds."""
    went_on = one.continuation
    if went_on is None:
        return ""
    pause = went_on.paused_for
    is_long = pause is not None and pause.is_within(allowed) is False
    if one.outcome is Outcome.INTERRUPTED and not went_on.went_on and (is_long or went_on.went_on is False):
        return f"{outcome_sentence(one)} It had to keep talking.{_instead(went_on)}"
    demands = {
        f"without a pause longer than {allowance(allowed)}": not is_long,
        "without saying words again": may_restart or not went_on.restarted,
        "without leaving words out": may_skip or not went_on.skipped,
    }
    wrong = [demand for demand, is_met in demands.items() if not is_met]
    return f"{account(one)} It had to keep talking {' and '.join(wrong)}." if wrong else ""


def facts(one: Interruption) -> list[str]:
    """For the table of figures: what the agent did in spite of the sound, with its uncertainty."""
    went_on = one.continuation
    if went_on is None or not went_on.went_on or went_on.paused_for is None:
        return []
    told = [f"it was silent for {figure(went_on.paused_for)} and went on"]
    told[0] += f" with {quoted(went_on.went_on_with)}" if went_on.went_on_with else ""
    if went_on.restarted:
        told.append(f"it said {went_on.again} again")
    if went_on.skipped:
        told.append(f"it left out {went_on.left_out}")
    return told


def cut_in_sentence(cut: CutIn) -> str:
    """Where the agent began to talk in the caller's turn."""
    when = "while the caller was speaking"
    if cut.pause is not None and cut.into_pause is not None:
        when = f"{duration(cut.into_pause.value)} into the caller's pause of {duration(cut.pause.value)}"
    said = f" The caller was saying {quoted(cut.text)}." if cut.text.strip() else ""
    return f"The agent began to talk {when}, {duration(cut.before_end.value)} before the caller had finished.{said}"


def _instead(went_on: Continuation) -> str:
    if went_on.spoke_again is None or went_on.paused_for is None:
        return ""
    said = f" and then said {quoted(went_on.went_on_with)}" if went_on.went_on_with else " and then spoke again"
    return f" It was silent for {duration(went_on.paused_for.value)}{said}."


def _pause(one: Interruption, went_on: Continuation, who: str) -> str:
    if went_on.fell_silent is None or went_on.paused_for is None:
        return f"{who} talked on without a pause."
    since = went_on.fell_silent - (one.barge_in or 0.0)
    when = f"{duration(since)} after" if since >= 0 else f"{duration(-since)} before"
    silent = f"{who} fell silent {when} the beginning of the caller's sound"
    if went_on.spoke_again is None:
        return f"{silent} and had not spoken again {lower_bound(went_on.paused_for.value)} later."
    how = "went on" if went_on.went_on else "then spoke again"
    if went_on.went_on_with:
        how = f"{'went on with' if went_on.went_on else 'then said'} {quoted(went_on.went_on_with)}"
    return f"{silent}, for {duration(went_on.paused_for.value)}, and {how}."

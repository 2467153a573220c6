"""Whose turn is it? From voiced stretches and the protocol's word."""

from __future__ import annotations

import pytest

from RobotVoice.call.detector import Voiced
from RobotVoice.call.turns import ProtocolSignals, Reply, first_new, replies


def voiced(*spans: tuple[float, float] | tuple[float, float, str]) -> list[Voiced]:
    """Stretches from each start to each end, of reply "a" if none is named."""
    named = [(span[0], span[1], span[2] if len(span) == 3 else "a") for span in spans]
    return [Voiced(start, end, reply, round((end - start) / 0.02)) for start, end, reply in named]


def signals(begun: str = "", ended: str = "") -> ProtocolSignals:
    return ProtocolSignals(set(begun), set(ended))


NOTHING_TOLD = signals()


def test_silence_is_no_reply() -> None:
    assert replies([], NOTHING_TOLD, 9.0) == []


def test_a_reply_goes_on_through_natural_pauses() -> None:
    (reply,) = replies(voiced((1.0, 2.0), (2.6, 3.0)), NOTHING_TOLD, 3.5)
    assert reply == Reply(1.0, 3.0, False, ("a",), audible=False)


def test_a_reply_is_over_after_a_longer_silence() -> None:
    assert replies(voiced((1.0, 2.0)), NOTHING_TOLD, 2.71)[0].finished
    assert not replies(voiced((1.0, 2.0)), NOTHING_TOLD, 2.69)[0].finished


def test_who_has_hung_up_has_said_all() -> None:
    (reply,) = replies(voiced((1.0, 2.0)), NOTHING_TOLD, 2.1, said_all=True)
    assert reply == Reply(1.0, 2.0, True, ("a",), audible=False)


def test_who_has_hung_up_before_the_end_that_its_protocol_tells_has_not_said_all() -> None:
    assert not replies(voiced((1.0, 2.0)), signals("a"), 2.1, said_all=True)[0].finished
    assert replies(voiced((1.0, 2.0)), signals("a", "a"), 2.1, said_all=True)[0].finished


def test_without_ids_a_longer_silence_parts_two_replies() -> None:
    assert [r.onset for r in replies(voiced((1.0, 2.0), (2.8, 3.0)), NOTHING_TOLD, 3.1)] == [1.0, 2.8]


def test_a_pause_may_be_set() -> None:
    assert len(replies(voiced((1.0, 2.0), (2.6, 3.0)), NOTHING_TOLD, 3.5, pause=0.5)) == 2


def test_clicks_are_no_reply() -> None:
    assert replies(voiced((1.0, 1.02)), NOTHING_TOLD, 3.0) == []


def test_the_protocols_word_ends_a_reply_once_it_was_heard() -> None:
    told = signals("a", "a")
    assert not replies(voiced((1.0, 9.0)), told, 5.0)[0].finished
    assert replies(voiced((1.0, 9.0)), told, 9.0)[0].finished


def test_a_pause_of_a_burst_that_is_already_told_to_be_over_is_no_end() -> None:
    told = signals("a", "a")
    assert not replies(voiced((1.0, 2.0), (2.5, 4.0)), told, 2.2)[0].finished


def test_a_reply_with_an_id_may_pause_for_longer() -> None:
    found = replies(voiced((1.0, 2.0), (3.5, 4.0)), signals("a"), 4.1)
    assert [reply.onset for reply in found] == [1.0]
    assert not replies(voiced((1.0, 2.0)), signals("a"), 3.5)[0].finished
    assert replies(voiced((1.0, 2.0)), signals("a"), 4.01)[0].finished


def test_a_fast_reply_after_one_that_ended_is_another() -> None:
    found = replies(voiced((1.0, 2.0, "a"), (2.2, 3.0, "b")), signals("ab", "a"), 2.5)
    assert [(reply.onset, reply.ids) for reply in found] == [(1.0, ("a",)), (2.2, ("b",))]
    assert [reply.finished for reply in found] == [True, False]


def test_two_ids_in_one_breath_are_one_reply() -> None:
    (reply,) = replies(voiced((1.0, 2.0, "a"), (2.2, 3.0, "b")), signals("ab"), 2.5)
    assert reply.ids == ("a", "b")


def test_what_will_be_played_later_is_not_heard_yet() -> None:
    stretches = voiced((1.0, 9.0))
    assert replies(stretches, NOTHING_TOLD, 0.99) == []
    assert replies(stretches, NOTHING_TOLD, 1.01) == []
    assert replies(stretches, NOTHING_TOLD, 1.02)[0].onset == 1.0
    assert replies(stretches, NOTHING_TOLD, 5.0)[0].end == 5.0


# --- the first new one ---


@pytest.mark.parametrize(
    ("since", "onset"),
    [
        (0.0, 1.0),
        (1.5, 1.0),  # it goes on
        (1.9, 3.0),  # the detector lingers: this one was ending when the figures said it had
        (2.0, 3.0),
        (2.9, 3.0),
    ],
)
def test_the_first_new_reply(since: float, onset: float) -> None:
    found = [Reply(1.0, 2.0, True, ()), Reply(3.0, 3.1, True, ())]
    new = first_new(found, since)
    assert new is not None
    assert new.onset == onset


def test_no_new_reply() -> None:
    assert first_new([Reply(1.0, 2.0, True, ())], 2.0) is None
    assert first_new([], 0.0) is None

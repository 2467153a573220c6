"""Whole calls over a Twilio number: Twilio, the tunnel and the agent with its telephone are a stand-in."""

from __future__ import annotations

import json
import logging
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stand_ins.bad_agents import free_port, web_server
from stand_ins.calls import ATTEMPTS, calling, near
from stand_ins.phone_agent import PhoneAgent
from stand_ins.server import Plan
from stand_ins.sound import clip
from stand_ins.twilio_network import ACCOUNT, AGENTS, OURS, PUBLIC, TOKEN, Answer, Network, Telephone

from RobotVoice.adapters.secrets import Key
from RobotVoice.adapters.twilio import Twilio
from RobotVoice.conversation import Conversation, Expected
from RobotVoice.errors import CallEnded, ConnectionFailed, KeywordTimeout, UnreliableTiming
from RobotVoice.evidence import measure
from RobotVoice.evidence.model import CallEvidence, Interruption, Mode, Outcome, StoppedBy
from RobotVoice.interruption.triggers import Trigger

STATUSES = [(status, 204) for status in ("initiated", "ringing", "in-progress", "completed")]


def adapter(network: Network, to: str = AGENTS, **options: Any) -> Twilio:
    given = {"account_sid": Key(ACCOUNT), "auth_token": Key(TOKEN), "port": network.port, **options}
    return Twilio(number=OURS, to=to, public_url=PUBLIC, api_url=network.api_url, **given)


@contextmanager
def calls(network: Network, to: str) -> Iterator[Conversation]:
    """A call to the agent, or, without its number, from the agent."""
    if not to:
        network.call_in()
    with calling(adapter(network, to)) as conversation:
        yield conversation


def journal(conversation: Conversation, kind: str) -> list[str]:
    return [event.detail for event in conversation.evidence().events if event.kind == kind]


def test_the_agent_is_called_and_heard_whole() -> None:
    with Network(Plan(reply=1.0)) as network:
        with calling(adapter(network)) as conversation:
            conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
            assert conversation.hear_reply(10.0) is None
            conversation.stay_silent(0.3)
        agent = network.agent
        assert agent.over.wait(5)
    assert (agent.wrong, network.wrong) == ([], [])
    assert agent.kinds == ["media"]
    assert abs(agent.missing) <= 2, "speech and silence are one line without a break"
    assert network.statuses == STATUSES, "the last one came before the door was closed"
    heard = conversation.evidence().heard
    assert sum(span.seconds for span in measure.sounds(heard)) == near(1.0)
    assert journal(conversation, "message")[:3] == [f"Twilio: the call is {status}" for status, _ in STATUSES[:3]]
    assert conversation.problems() == []


def test_the_agent_calls() -> None:
    for _ in range(ATTEMPTS):
        with Network(Plan(greeting=1.0)) as network:
            with calls(network, to="") as conversation:
                assert conversation.hear_reply(10.0) is None
            assert network.agent.over.wait(5)
            assert (network.agent.wrong, network.wrong) == ([], [])
        assert journal(conversation, "message")[0] == f"took the call from {AGENTS}"
        if conversation.health().reliable:
            break
    heard = conversation.evidence().heard
    assert sum(span.seconds for span in measure.sounds(heard)) == near(1.0)


@dataclass
class Interrupted:
    """A call with one interruption, and what both sides know of it."""

    agent: PhoneAgent
    result: Interruption
    evidence: CallEvidence


def interrupted(plan: Plan, mode: Mode | None, expected: Expected = Expected.STOP) -> Interrupted:
    """In a call in which this machine kept the time."""
    for _ in range(ATTEMPTS):
        with suppress(UnreliableTiming):
            with Network(plan) as network:
                with calling(adapter(network)) as conversation:
                    conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
                    conversation.expect_reply()
                    conversation.interrupt("Wait", clip(0.8), Trigger(1.0), mode, expected)
                    if expected is Expected.STOP:
                        conversation.hear_reply(10.0)
                agent = network.agent
                assert agent.over.wait(5)
            assert (agent.wrong, network.wrong) == ([], [])
            if conversation.health().reliable:
                return Interrupted(agent, conversation.interruptions()[0], conversation.evidence())
    pytest.fail(f"this machine was too busy {ATTEMPTS} times")


@pytest.mark.parametrize("mode", [None, Mode.CANCEL, Mode.VAD])
def test_an_interruption_is_what_was_heard_of_it(mode: Mode | None) -> None:
    call = interrupted(Plan(), mode)
    agent, result = call.agent, call.result
    assert result.outcome is Outcome.INTERRUPTED
    assert result.stopped_by is StoppedBy.UNKNOWN, "nobody but the agent knows, and a telephone does not tell"
    assert result.stop_latency is not None
    assert result.stop_latency.value == near(agent.stops[0] - agent.loud_at[1])
    assert result.ear_stop == near(agent.stops[0] - agent.first)
    assert (result.cancel_sent is None) is (mode is Mode.VAD)
    if mode is Mode.VAD:
        assert agent.kinds == ["media"]
        return
    assert agent.kinds == ["media", "clear", "media"]
    assert agent.loud_at[0] < agent.clears[0] < agent.loud_at[1], "the clear went first, then the caller spoke"


@pytest.mark.parametrize("mode", [Mode.CANCEL, Mode.VAD])
def test_a_clear_stops_nobody_who_does_not_yield(mode: Mode) -> None:
    call = interrupted(Plan(yields=False), mode, Expected.KEEP_TALKING)
    assert len(call.agent.clears) == (mode is Mode.CANCEL)
    assert call.result.outcome is Outcome.KEPT_TALKING
    assert call.result.stop_latency is not None
    assert call.result.stop_latency.at_least
    assert call.result.stop_latency.value == near(2.0)


@pytest.mark.parametrize("to", [AGENTS, ""], ids=["dialled", "called"])
def test_an_agent_that_hangs_up_leaves_its_recording(to: str) -> None:
    for _ in range(ATTEMPTS):
        with Network(Plan(hangs_up_after=1.0)) as network, calls(network, to) as conversation:
            conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
            with pytest.raises(CallEnded, match=r"^The agent hung up\. That was at .* of the call, while the caller "):
                conversation.hear_reply(10.0)
            evidence = conversation.evidence()
        if evidence.health.reliable:
            break
    audible = network.agent.streamed[0].audible
    assert sum(span.seconds for span in measure.sounds(evidence.heard)) == pytest.approx(audible, abs=0.15)
    assert network.statuses == (STATUSES if to else [])


def test_keys_are_tones_that_the_agent_hears() -> None:
    with Network() as network:
        with calling(adapter(network)) as conversation:
            conversation.press("0123456789*#ABCD")
            conversation.press("11")
            conversation.stay_silent(0.3)
        assert network.agent.over.wait(5)
        assert network.agent.keys == "0123456789*#ABCD11"
        assert network.agent.wrong == []
    evidence = conversation.evidence()
    assert [turn.text for turn in evidence.turns][:2] == ["[keys 0123456789*#ABCD]", "[keys 11]"]
    assert sum(span.seconds for span in measure.sounds(evidence.caller)) == pytest.approx(1.8, abs=0.2)


def test_the_agents_own_keys_are_seen() -> None:
    with Network() as network, calling(adapter(network)) as conversation:
        network.during(network.agent.press("7"))
        conversation.stay_silent(0.3)
        assert journal(conversation, "keys") == ["7"]


# -- calls that do not come about


def refused(network: Network, **options: Any) -> str:
    """Why a call failed, whose door is closed and which nobody keeps ringing."""
    made = adapter(network, **options)
    with pytest.raises(ConnectionFailed) as caught, calling(made):
        pass
    with socket.create_server(("127.0.0.1", network.port)):
        pass
    return str(caught.value)


@pytest.mark.parametrize(
    ("telephone", "said"),
    [
        (Telephone("busy", "486"), f"{AGENTS} is busy (SIP 486)."),
        (Telephone("no-answer"), f"{AGENTS} did not answer within 30 s; answer_within=... waits longer."),
        (Telephone("failed", "404"), f"The call to {AGENTS} failed (SIP 404): the number does not exist, is out of"),
        (Telephone("canceled"), f"The call to {AGENTS} was ended before it was answered, by somebody else than"),
        (Telephone("completed"), f"{AGENTS} answered, but the call was over before its audio came: it hung up at"),
    ],
    ids=lambda value: getattr(value, "status", ""),
)
def test_a_call_that_comes_to_nothing_says_why(telephone: Telephone, said: str) -> None:
    with Network(telephone=telephone) as network:
        assert refused(network).startswith(said)
        assert network.wrong == []


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        ((401, 20003, "Authenticate"), "Are account_sid and auth_token those of the same account"),
        ((400, 21211, "The phone number you are attempting to call, +15550199, is not valid"), "Is 'to' right?"),
        ((400, 21219, "The number +15550199 is unverified."), "A trial account calls verified numbers only"),
        ((400, 21215, "Account not allowed to call +15550199."), "Geo permissions"),
        ((400, 13224, "Invalid phone number"), "(Twilio error 13224, https://www.twilio.com/docs/api/errors/13224)"),
        ((404, 20404, f"The requested resource /Accounts/{ACCOUNT}/Calls.json was not found"), "/Accounts/<secret>/"),
        ((500, 20500, "Internal Server Error"), "Internal Server Error."),
    ],
    ids=lambda value: str(value[1]) if isinstance(value, tuple) else "",
)
def test_what_twilio_refuses_is_told_with_what_to_do(refusal: tuple[int, int, str], said: str) -> None:
    with Network() as network:
        network.refusal = refusal
        sentence = refused(network)
    assert sentence.startswith(f"Twilio does not call {AGENTS}: {refusal[2].replace(ACCOUNT, '<secret>').rstrip('.')}.")
    assert said in sentence
    assert str(refusal[1]) in sentence
    assert "Unable to create record" not in sentence


def test_a_wrong_token_is_told_without_it() -> None:
    with Network() as network:
        sentence = refused(network, auth_token=Key("0123" * 8))
    assert "Authenticate." in sentence
    assert "Are account_sid and auth_token those of the same account" in sentence
    assert "0123" not in sentence


def test_a_machine_that_is_offline_says_so() -> None:
    with Network() as network:
        network.api_url = f"http://127.0.0.1:{free_port()}"
        sentence = refused(network)
    assert re.fullmatch(
        r"127\.0\.0\.1:\d+ gave no answer of Twilio's \(ConnectionError\): is this machine online\?", sentence
    )


def test_a_port_that_is_taken_is_named() -> None:
    with Network() as network, socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        taken = rf"can't listen for Twilio on port {port}: .* Give port=\.\.\."
        with pytest.raises(ConnectionFailed, match=taken), calling(adapter(network, port=port)):
            pass
        assert network.calls == [], "nobody is called whom we could not hear"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Options of a call whose waiting is over soon."""
    monkeypatch.setattr("RobotVoice.adapters.telephone.call.GRACE", 0.2)
    return {"answer_within": timedelta(seconds=1)}


def test_a_telephone_that_rings_on_is_given_up_and_hung_up(impatient: dict[str, Any]) -> None:
    with Network(telephone=Telephone("ringing")) as network:
        sentence = refused(network, **impatient)
        assert sentence == f"{AGENTS} had not answered after 1.2 s; Twilio says that the call is 'ringing'."
        assert network.statuses[-1] == ("canceled", 204)
        assert network.calls[0].asked["Timeout"] == ["1"]


def test_a_stream_that_the_tunnel_does_not_carry(impatient: dict[str, Any]) -> None:
    with Network() as network:
        network.carries_websockets = False
        sentence = refused(network, **impatient)
        assert network.statuses[-1] == ("completed", 204), "it is not left with nobody at the line"
    assert sentence.startswith(f"{AGENTS} has answered, but the call's audio had not come after 1.2 s.")
    assert f"is the tunnel running, and does it lead to 127.0.0.1:{network.port}?" in sentence


def test_a_tunnel_that_leads_nowhere(impatient: dict[str, Any]) -> None:
    with Network(telephone=Telephone("busy")) as network:
        port, network.port = network.port, free_port()
        sentence = refused(network, port=port, **impatient)
    assert sentence.startswith(f"{AGENTS} is busy. Twilio could not tell us at {PUBLIC}: is the tunnel running")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (None, "The Twilio account has no such number."),
        (
            {"voice_url": f"{PUBLIC}/call", "voice_method": "POST"},
            f"In Twilio's console its calls go to '{PUBLIC}/call' by HTTP POST; they have to go to '{PUBLIC}/call' by "
            "HTTP GET.",
        ),
        ({"voice_url": "https://demo.twilio.com/", "voice_method": "POST"}, "go to 'https://demo.twilio.com/' by"),
        ({"voice_url": f"{PUBLIC}/call", "voice_method": "GET"}, "does the tunnel there lead to 127.0.0.1:"),
    ],
    ids=["no number", "by POST", "elsewhere", "right"],
)
def test_a_call_that_nobody_makes(number: dict[str, str] | None, said: str, impatient: dict[str, Any]) -> None:
    with Network() as network:
        network.number = number
        sentence = refused(network, to="", **impatient)
        assert network.wrong == []
    assert sentence.startswith(f"Nobody called {OURS} within 1 s.")
    assert said in sentence


def test_another_server_than_twilio_says_so(impatient: dict[str, Any]) -> None:
    with Network() as network, web_server() as page:
        network.api_url = page.replace("ws:", "http:")
        assert "gave no answer of Twilio's (JSONDecodeError)" in refused(network, to="", **impatient)


@pytest.mark.parametrize("thinks_for", [0.0, 2.0], ids=["while it rings", "while Twilio dials"])
def test_a_keyword_that_is_broken_off_leaves_no_telephone_ringing(thinks_for: float) -> None:
    with Network(telephone=Telephone("ringing")) as network:
        network.thinks_for = thinks_for
        ringing = adapter(network)
        ringing.opens_within = -9.0
        with pytest.raises(KeywordTimeout), calling(ringing):
            pass
        assert ("canceled", 204) in network.statuses, "its messages may overtake each other"


# -- who is at the door


def incoming(network: Network, token: str = TOKEN, **more: str) -> Answer:
    return network.get(f"{PUBLIC}/call", {"CallSid": "CA" + "0" * 32, "From": "+15550666", **more}, token)


def test_a_forged_call_is_refused_and_the_real_one_is_taken() -> None:
    with Network(Plan(greeting=0.5)) as network:
        threading.Timer(0.3, network.call_in).start()
        forged: list[Answer] = []
        threading.Thread(target=_when_open, args=(lambda: forged.append(incoming(network, "wrong")),)).start()
        with calling(adapter(network, to="")) as conversation:
            conversation.hear_reply(10.0)
            assert incoming(network, "wrong").status == 403, "and during the call"
            conversation.stay_silent(0.2)
        assert network.wrong == []
    assert forged[0].status == 403
    (problem,) = conversation.problems()
    assert problem.startswith(f"A request to {PUBLIC}/call was refused: its signature is wrong.")


def _when_open(act: Callable[[], object]) -> None:
    for _ in range(1000):
        with suppress(ConnectionRefusedError):
            act()
            return
        time.sleep(0.02)


def test_who_waits_in_vain_learns_that_requests_were_refused(impatient: dict[str, Any]) -> None:
    with Network() as network:
        threading.Thread(target=_when_open, args=(lambda: incoming(network, "another token"),)).start()
        sentence = refused(network, to="", **impatient)
    assert "Is auth_token that of the account, and public_url exactly the address that Twilio calls?" in sentence


@pytest.mark.parametrize("to", [AGENTS, ""])
def test_a_second_call_finds_the_line_busy(to: str) -> None:
    with Network(Plan(greeting=1.0)) as network:
        with calls(network, to) as conversation:
            conversation.stay_silent(0.2)
            answer = incoming(network)
            assert (answer.status, answer.kind) == (200, "text/xml")
            assert '<Response><Reject reason="busy" /></Response>' in answer.body
            conversation.hear_reply(10.0)
        assert network.agent.over.wait(5)
        assert len(network.calls) == 1
    assert "a call from +15550666 was rejected: the line is busy" in journal(conversation, "message")


def test_a_call_that_is_asked_about_twice_is_one_call() -> None:
    with Network() as network:
        network.call_in("CA" + "1" * 32)
        with calling(adapter(network, to="")):
            assert "<Stream" in incoming(network, CallSid="CA" + "1" * 32).body


@pytest.mark.parametrize("path", ["/media", "/media/", "/media/wrong", "/media/wrong?token=x"])
def test_a_stream_without_the_calls_token_is_refused(path: str) -> None:
    with Network() as network, calling(adapter(network)) as conversation:
        assert network.knock(path) == 403
        conversation.stay_silent(0.2)
        assert conversation.problems() == ["A media stream was refused: its address lacks this call's token."]


def test_a_second_stream_does_not_take_the_call_over() -> None:
    with Network(Plan(greeting=1.0)) as network, calling(adapter(network)) as conversation:
        assert network.knock(network.stream_path) == 1008
        assert conversation.hear_reply(10.0) is None


@pytest.mark.parametrize("path", ["/", "/status/wrong?CallStatus=busy", "/callx", "/../call", "//call", "/%63all"])
def test_other_addresses_are_nobodys(path: str) -> None:
    with Network() as network, calling(adapter(network)) as conversation:
        assert network.knock(path) == 404
        conversation.stay_silent(0.1)
        assert conversation.problems() == []


def test_the_last_calls_late_callback_does_not_end_this_one() -> None:
    with Network(Plan(greeting=0.5)) as network:
        network.call_in()
        late: list[Answer] = []
        told = {"CallSid": "CA" + "0" * 32, "CallStatus": "completed"}
        before = partial(network.get, f"{PUBLIC}/status/of-the-last-call", told)
        threading.Thread(target=_when_open, args=(lambda: late.append(before()),)).start()
        with calling(adapter(network, to="")) as conversation:
            assert conversation.hear_reply(10.0) is None
    assert late[0].status == 404


def test_nothing_shows_the_credentials(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with Network(Plan(greeting=0.5)) as network:
        made = adapter(network)
        with calling(made) as conversation:
            incoming(network, "wrong")
            network.during(network.agent.say("unknown", {"accountSid": ACCOUNT}))
            conversation.hear_reply(10.0)
        token = network.stream_path.rpartition("/")[2]
        network.refusal = (400, 21211, f"{TOKEN} {ACCOUNT}")
        sentence = refused(network)
    shown = "\n".join([caplog.text, sentence, repr(conversation.evidence()), repr(made), repr(vars(made))])
    assert "21211" in shown
    assert token
    for secret in (ACCOUNT, TOKEN, token):
        assert secret not in shown


SUITE = f"""*** Settings ***
Library    RobotVoice    watch=2 s
Variables    hidden.py
Test Teardown    End Call

*** Keywords ***
Call
    [Arguments]    &{{options}}
    Start Call    twilio    number={OURS}    public_url={PUBLIC}    port=${{PORT}}    api_url=${{API}}
    ...    account_sid=${{SID}}    auth_token=${{TOKEN}}    &{{options}}

*** Test Cases ***
On The Telephone
    Call    to={AGENTS}
    Agent Replies
    Press Keys    1#

Not Answered
    Call    answer_within=1 s
"""
SECRETS = """import os
class Hidden:
    def __init__(self, name): self.value = os.environ[name]
    def __repr__(self): return "hidden"
SID, TOKEN = Hidden("SID"), Hidden("TOKEN")
"""


def test_a_robot_run_leaves_no_credentials_in_its_files(tmp_path: Path) -> None:
    (tmp_path / "suite.robot").write_text(SUITE)
    (tmp_path / "hidden.py").write_text(SECRETS)
    with Network(Plan(greeting=1.0)) as network:
        threading.Thread(target=_when_open, args=(lambda: incoming(network, "wrong"),)).start()
        given = ["--variable", f"PORT:{network.port}", "--variable", f"API:{network.api_url}", "--loglevel", "TRACE"]
        robot = subprocess.run(
            [sys.executable, "-m", "robot", *given, "suite.robot"],
            cwd=tmp_path,
            env={**os.environ, "SID": ACCOUNT, "TOKEN": TOKEN},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert network.agent.keys == "1#", robot.stdout
        token = network.stream_path.rpartition("/")[2]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    written = "\n".join([robot.stdout, robot.stderr, *(path.read_text(errors="replace") for path in files)])
    assert {"output.xml", "log.html", "report.html"} < {path.name for path in files}
    assert "[ ERROR ]" not in robot.stderr
    assert f"Nobody called {OURS} within 1 s." in robot.stdout
    assert f"A request to {PUBLIC}/call was refused: its signature is wrong." in robot.stderr, "it is a warning"
    assert "Traceback" in written, "the log is as detailed as it gets"
    for secret in (ACCOUNT, TOKEN, token):
        assert secret not in written


# -- nonsense


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
EVENTS = st.sampled_from(["connected", "start", "media", "dtmf", "mark", "clear"]) | JSON
MUTATED = st.fixed_dictionaries({"event": EVENTS, "media": JSON, "start": JSON, "dtmf": JSON}, optional={"mark": JSON})


def test_five_hundred_wrong_messages_do_not_end_the_call() -> None:
    with Network(Plan(reply=0.5)) as network, calling(adapter(network)) as conversation:
        agent = network.agent

        @settings(max_examples=500, deadline=None, database=None)
        @given(st.text() | st.binary() | MUTATED, st.booleans())
        def send(message: Any, ours: bool) -> None:
            if isinstance(message, dict):
                message = json.dumps({**message, "streamSid": agent.stream_sid if ours else "MZ0"})
            network.during(agent.socket.send(message))

        send()
        conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
        assert conversation.hear_reply(10.0) is None
        assert conversation.problems()


def test_five_hundred_wrong_requests_do_not_end_the_call(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    paths = st.sampled_from(["/call", "/media/", "/", "*", "http://[", "/call?CallSid=%ff&bodySHA256=1&"])
    tails = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20)
    signatures = st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=30), max_size=2)
    with Network(Plan(reply=0.5)) as network, calling(adapter(network)) as conversation:

        @settings(max_examples=500, deadline=None, database=None)
        @given(st.sampled_from(["GET", "POST", "\x16\x03"]), paths, tails, signatures)
        def ask(method: str, path: str, tail: str, signed: list[str]) -> None:
            head = [f"{method} {path}{tail} HTTP/1.1", *(f"X-Twilio-Signature: {signature}" for signature in signed)]
            with socket.create_connection(("127.0.0.1", network.port), 5) as line:
                line.sendall("\r\n".join([*head, "", ""]).encode("latin-1"))
                answer = line.recv(100)
            assert not answer or answer.split(b" ")[1] in (b"400", b"403", b"404", b"405", b"426"), answer

        ask()
        conversation.say("Tell me about my billing", clip(0.6), None, Expected.STOP)
        assert conversation.hear_reply(10.0) is None
    assert "process_request failed" not in caplog.text

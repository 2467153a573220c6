"""What a keyword or a command line says to nonsense: the whole sentence, as people read it."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from robot import running

from RobotVoice import RobotVoice
from RobotVoice.__main__ import main
from RobotVoice.demo.__main__ import main as demo

NO_TIME = "write a time with its unit, such as '500 ms', '1.5 s' or '1 min 2 s'."


def refused(argument: str, value: str, kind: str, why: str) -> str:
    """Robot Framework's words around ours."""
    return f"ValueError: Argument '{argument}' got value '{value}' that cannot be converted to {kind}: {why}"


def demo_refuses(option: str, value: str, kind: str, why: str) -> str:
    return f"The agent 'demo': Option '{option}' got value '{value}' that cannot be converted to {kind}: {why}"


NO_LEVEL = "'none' is no number of decibels: write it like '10 dB' or '-20 dB'."
MODES = "There are: by matrix, cancel, vad."
STEPS = {
    # a word out of a few
    "Interrupt With    Stop    mode=cancle": refused(
        "mode", "cancle", "ModeOption", f"there is no 'cancle'; did you mean 'cancel'? {MODES}"
    ),
    "User Says    Stop    mode=": refused("mode", "", "ModeOption", f"there is no ''. {MODES}"),
    "Let Them Talk    Hello    mode=loud": refused("mode", "loud", "ModeOption", f"there is no 'loud'. {MODES}"),
    "User Says    Stop    expect=silence": refused(
        "expect", "silence", "Expected", "there is no 'silence'. There are: stop, keep talking, anything."
    ),
    "Interrupt With    Stop    when=pause": refused(
        "when", "pause", "When", "there is no 'pause'. There are: speaking, gap, tool, thinking."
    ),
    "Use Line    phone    direction=left": refused(
        "direction", "left", "Direction", "there is no 'left'. There are: both, up, down."
    ),
    "Analyse Recording    a.wav    caller=top": refused(
        "caller", "top", "Channel", "there is no 'top'. There are: left, right."
    ),
    # times
    "User Stays Silent    3": refused("time", "3", "Duration", "'3' has no unit: write '3 ms' or '3 s'."),
    "User Stays Silent    -3 s": refused(
        "time", "-3 s", "Duration", "'-3 s' is negative; a length of time is 0 s or more."
    ),
    "User Stays Silent    2 h": refused(
        "time", "2 h", "Duration", "'2 h' is longer than an hour, which is the most that is allowed."
    ),
    "Interrupt With    Stop    after=none": refused(
        "after", "none", "Duration", f"'none' is not a length of time: {NO_TIME}"
    ),
    "Interrupt With    Stop    before_end=0 s": (
        "The argument before_end is 0 s; who waits for the end interrupts nothing."
    ),
    "Interrupt With    Stop    timeout=0 s": "The argument timeout is 0 s; it has to be longer, such as 15 s.",
    # keys
    "Press Keys    1 2": "The argument keys is '1 2', with a blank in it; write '12'.",
    "Press Keys    ${EMPTY}": "The argument keys is '', so there is nothing to press; write it like '1#'.",
    "Press Keys    1-2x": (
        "The argument keys is '1-2x', but a telephone has no key '-', 'x': it has 0 to 9, *, # and A to D."
    ),
    # pauses
    "User Says    I [pause] see": (
        "The text 'I [pause] see' does not say how long [pause] is: write it like [pause 1.2 s]."
    ),
    "User Says    I [pause 3 h] see": (
        "The text 'I [pause 3 h] see' has [pause 3 h] in it: '3 h' is longer than 30 s, which is the most that is "
        "allowed."
    ),
    "User Says    I [pause -1 s] see": (
        "The text 'I [pause -1 s] see' has [pause -1 s] in it: '-1 s' is negative; a length of time is 0 s or more."
    ),
    "User Says    I [pause 0 s] see": (
        "The text 'I [pause 0 s] see' has [pause 0 s] in it: a pause has to be longer than 0 s."
    ),
    "User Says    I [pause 5] see": (
        "The text 'I [pause 5] see' has [pause 5] in it: '5' has no unit: write '5 ms' or '5 s'."
    ),
    # the line: nothing is silently taken for what was not given
    **{
        f"Use Line    phone    noise=pink    {level}=none": refused(level, "none", "Decibels", NO_LEVEL)
        for level in ("snr", "echo", "level")
    },
    "Use Line    snr=": refused(
        "snr", "", "Decibels", "'' is no number of decibels: write it like '10 dB' or '-20 dB'."
    ),
    "Use Line    loss=none": refused("loss", "none", "Percentage", "'none' is not a percentage: write it like '90 %'."),
    "Use Line    loss=5": refused("loss", "5", "Percentage", "'5' has no per cent sign: write '5 %'."),
    "Use Line    jitter=none": refused("jitter", "none", "Duration", f"'none' is not a length of time: {NO_TIME}"),
    "Use Line    echo_delay=none": refused(
        "echo_delay", "none", "Duration", f"'none' is not a length of time: {NO_TIME}"
    ),
    "Use Line    noise=": (
        "There is no noise ''. There are: white, pink, hum, babble, street, cafe; or name a sound file of your own."
    ),
    "Use Line    noise=none": (
        "There is no noise 'none'. There are: white, pink, hum, babble, street, cafe; or name a sound file of your own."
    ),
    "Use Line    noise=pink    seed=1.5": "The argument seed is 1.5; it has to be a whole number from 0 on.",
    "Use Line    snr=10 dB": "The argument snr says more about noise: give noise as well.",
    # the demo agent
    "Start Call    demo    waits_for_caller=1 h": (
        "The demo agent: 'waits_for_caller' is 3600 s; it has to be 600 s at most."
    ),
    "Start Call    demo    protocol=smoke_signals": demo_refuses(
        "protocol",
        "smoke_signals",
        "Protocol",
        "there is no 'smoke_signals'. There are: openai_realtime, media_streams, websocket.",
    ),
    "Start Call    demo    never_stops=perhaps": (
        "The agent 'demo': Option 'never_stops' got value 'perhaps'; it must be yes or no."
    ),
    # the caller who talks by itself, and sweeps
    "Let Them Talk    Hello    turns=2.5": "The argument turns is 2.5; it has to be a whole number from 1 to 500.",
    "Let Them Talk    Hello    turns=0": "The argument turns is 0; it has to be a whole number from 1 to 500.",
    "Sweep Interruptions    Log    offsets=500": (
        "The argument offsets: '500' has no unit: write '500 ms' or '500 s'."
    ),
    "Sweep Interruptions    Log    offsets=1 s    limit=0 s": ("The argument limit is '0 s'; nobody stops in no time."),
    "Sweep Interruptions    Log    noise=10": (
        "The argument noise: '10' has no unit: write '10 dB'. Without any noise it is 'none'."
    ),
}


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    """What each step says, in one run of Robot Framework without any call."""
    tests = "".join(f"T{number}\n    {step}\n" for number, step in enumerate(STEPS))
    suite = running.TestSuite.from_string(f"*** Settings ***\nLibrary    RobotVoice\n*** Test Cases ***\n{tests}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RobotVoice, "open_conversation", lambda _: SimpleNamespace())
        result = suite.run(output=None, stdout=io.StringIO(), stderr=io.StringIO())
    return {step: test.message for step, test in zip(STEPS, result.suite.tests, strict=True)}


@pytest.mark.parametrize("step", STEPS)
def test_a_keyword_says_what_is_wrong_and_what_is_allowed(told: dict[str, str], step: str) -> None:
    assert told[step] == STEPS[step]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["analyse", "nowhere.wav"], "There is no audio file 'nowhere.wav'."),
        (["calibrate", "--calls", "0"], "The argument calls is 0; it has to be from 1 to 100."),
        (
            ["doctor", "demo", "waits_for_caller=1h"],
            "The demo agent: 'waits_for_caller' is 3600 s; it has to be 600 s at most.",
        ),
        (
            ["doctor", "demo", "strange"],
            "'strange' is no option: write it as name=value, such as url=ws://127.0.0.1:8765/ws.",
        ),
        (["doctor", "demo", "--voice", "x"], "The import option voice is 'x'; it has to be one of: offline, openai."),
        (["judge-check", "--votes", "0"], "--votes has to be 1 or more."),
    ],
)
def test_a_command_says_it_and_ends_with_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err == f"{sentence}\n"


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("--protocol=x", "argument --protocol: there is no 'x'. There are: openai_realtime, media_streams, websocket."),
        ("--port=99999", "argument --port: '99999' is no port; it has to be a whole number from 0 to 65535."),
        ("--port=-1", "argument --port: '-1' is no port; it has to be a whole number from 0 to 65535."),
        (
            "--stops-after=1h",
            "argument --stops-after/--stops_after: --stops-after is '1h', which is no time up to 600 s; write it like "
            "'300 ms', '1.5 s' or '0.3'.",
        ),
    ],
)
def test_the_demo_agents_command_line_ends_with_a_sentence(
    capsys: pytest.CaptureFixture[str], option: str, sentence: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        demo([option])
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(f"error: {sentence}\n")

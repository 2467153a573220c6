"""The commands of `python -m RobotVoice`."""

from __future__ import annotations

import pytest

from RobotVoice.__main__ import COMMANDS, main
from RobotVoice.adapters import matrix


def test_the_matrix(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["matrix"]) == 0
    assert capsys.readouterr().out.strip() == matrix.as_text()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    summary = (COMMANDS[command].__doc__ or "").partition("\n")[0]
    assert " ".join(summary.split()) in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["doctor", "nobody"], "There is no agent 'nobody'"),
        (["doctor", "websocket", "ws://h"], "'ws://h' is no option: write it as name=value"),
        (["doctor", "websocket", "url=ws://h", "--voice", "bass"], "The import option voice is 'bass'"),
        (["doctor", "websocket", "url=http://h"], "must be a websocket address"),
    ],
)
def test_a_wrong_argument_is_named(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err

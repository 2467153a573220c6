"""The capability matrix: which agents there are, and what each of them can do."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path
from types import ModuleType

from RobotVoice.adapters import websocket
from RobotVoice.adapters.base import Adapter
from RobotVoice.adapters.deepgram import Deepgram
from RobotVoice.adapters.elevenlabs import ElevenLabs
from RobotVoice.adapters.gemini_live import GeminiLive
from RobotVoice.adapters.media_streams import MediaStreams
from RobotVoice.adapters.openai_realtime import OpenAIRealtime
from RobotVoice.adapters.options import did_you_mean
from RobotVoice.adapters.pipecat import Pipecat
from RobotVoice.adapters.twilio import Twilio
from RobotVoice.adapters.vapi import Vapi
from RobotVoice.adapters.websocket import WebSocket
from RobotVoice.audio.formats import AudioFormat
from RobotVoice.errors import InvalidArgument, UnknownAgent, UnsupportedCapability

HEADER = [
    "agent",
    "at the other end",
    "cancel",
    "voice activity detection",
    "streaming transcripts",
    "keys",
    "audio in",
    "audio out",
    "transport",
]
BY_OPTION = "by option"
LABELS = {
    "interruption": "cancel signal",
    "native_vad": "voice activity detection of its own",
    "streaming_transcripts": "streaming transcripts",
    "dtmf": "keys (DTMF)",
}


def rows() -> tuple[type[Adapter], ...]:
    """The adapters that `Start Call` knows by name."""
    from RobotVoice.adapters.demo import Demo  # noqa: PLC0415 - the others must not wait for a server's parts

    return (Demo, OpenAIRealtime, GeminiLive, ElevenLabs, Deepgram, Vapi, Twilio, MediaStreams, Pipecat, WebSocket)


def find(name: str) -> type[Adapter]:
    """The adapter called `name`, or a person's own: `package.module.Class`, `path/to/file.py:Class`."""
    known = {adapter.name: adapter for adapter in rows()}
    for adapter in known.values():
        if _normal(adapter.name) == _normal(name):
            return adapter
    path, _, class_name = name.rpartition(":")
    if path.endswith(".py"):
        return _own(name, _from_file(Path(path)), class_name)
    module, _, class_name = name.rpartition(".")
    if module and all(part.isidentifier() for part in name.split(".")):
        return _own(name, _from_package(name, module), class_name)
    raise UnknownAgent(
        f"There is no agent '{name}'{did_you_mean(_underscored(name), known)} There are: {', '.join(known)}. "
        "An adapter of your own is package.module.Class or path/to/file.py:Class."
    )


def _normal(name: str) -> str:
    return "".join(character for character in name.casefold() if character not in " _-")


def _underscored(name: str) -> str:
    return name.strip().replace(" ", "_").replace("-", "_")


def _from_package(name: str, module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except Exception as error:  # the module is a person's own code: it may fail in any way
        raise UnknownAgent(f"The agent '{name}' can't be imported: {type(error).__name__}: {error}") from error


def _from_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise UnknownAgent(f"There is no file '{path}' (looked for at '{path.absolute()}').")
    spec = importlib.util.spec_from_file_location(f"robotvoice_own_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise UnknownAgent(f"The file '{path}' is not a Python module.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module  # dataclasses look for their module there
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # as above
        raise UnknownAgent(f"The file '{path}' can't be imported: {type(error).__name__}: {error}") from error
    return module


def _own(name: str, module: ModuleType, class_name: str) -> type[Adapter]:
    found = getattr(module, class_name, None)
    if not (inspect.isclass(found) and issubclass(found, Adapter)):
        problem = "is not there" if found is None else "is not a subclass of RobotVoice.adapters.base.Adapter"
        raise UnknownAgent(f"The agent '{name}' can't be used: '{class_name}' {problem}.")
    if inspect.isabstract(found):
        missing = ", ".join(sorted(found.__abstractmethods__))
        raise InvalidArgument(f"The agent '{name}' can't be used: '{class_name}' lacks {missing}.")
    if not hasattr(found, "name"):
        raise InvalidArgument(f"The agent '{name}' can't be used: '{class_name}' lacks a 'name'.")
    return found


def as_table() -> list[list[str]]:
    """The matrix as text, its header first."""
    return [HEADER, *(_row(adapter) for adapter in rows())]


def _row(adapter: type[Adapter]) -> list[str]:
    can = adapter.capabilities
    return [
        adapter.name,
        adapter.summary,
        _answer(adapter, "interruption", can.cancel_signal),
        _answer(adapter, "native_vad", can.vad_signal),
        _answer(adapter, "streaming_transcripts"),
        _answer(adapter, "dtmf"),
        _formats(can.input_formats),
        _formats(can.output_formats),
        can.transport,
    ]


def _answer(adapter: type[Adapter], capability: str, signal: str = "none") -> str:
    """Yes, no, by option, or the protocol's own word for it."""
    if _is_optional(adapter, capability):
        return BY_OPTION
    if not getattr(adapter.capabilities, capability):
        return "no"
    return "yes" if signal == "none" else signal


def _is_optional(adapter: type[Adapter], capability: str) -> bool:
    return adapter is WebSocket and capability in websocket.BY_OPTION


def _formats(formats: Sequence[AudioFormat]) -> str:
    return ", ".join(map(str, formats))


def as_text() -> str:
    """The matrix in columns, for a console."""
    table = as_table()
    widths = [max(len(row[column]) for row in table) for column in range(len(HEADER))]
    lines = [_line(row, widths) for row in table]
    return "\n".join([lines[0], _line(["-" * width for width in widths], widths), *lines[1:]])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def as_markdown() -> str:
    """The matrix for the README."""
    head, *body = [[cell.replace("|", "\\|") for cell in row] for row in as_table()]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *body])


def as_html() -> str:
    """The matrix for log.html: the text's own colour, so that it reads in light and dark mode."""
    head, *body = as_table()
    rule = "border-bottom:1px solid currentColor"
    cell = "padding:0.2em 0.6em;text-align:left;vertical-align:top"
    header = "".join(f'<th scope="col" style="{cell};{rule}">{escape(text)}</th>' for text in head)
    lines = "".join(f"<tr>{_html_cells(row, cell)}</tr>" for row in body)
    return (
        '<table style="border-collapse:collapse;color:inherit;background:none;font-size:90%">'
        f"<thead><tr>{header}</tr></thead><tbody>{lines}</tbody></table>"
    )


def _html_cells(row: Sequence[str], style: str) -> str:
    name, *cells = row
    first = f'<th scope="row" style="{style}">{escape(name)}</th>'
    return first + "".join(f'<td style="{style}">{escape(text)}</td>' for text in cells)


def lacks(adapter: Adapter | type[Adapter], *capabilities: str) -> UnsupportedCapability:
    """The error for an agent whose row lacks all of `capabilities`, which are names of fields of Capabilities."""
    missing = " and no ".join(f"{LABELS.get(one, one)} (capability '{one}')" for one in capabilities)
    others = [row for row in rows() if row.name != adapter.name]
    able = [row.name for row in others if any(getattr(row.capabilities, one) for one in capabilities)]
    able += [f"{row.name} ({BY_OPTION})" for row in rows() if any(_is_optional(row, one) for one in capabilities)]
    it = "it" if len(capabilities) == 1 else "either"
    return UnsupportedCapability(
        f"The agent '{adapter.name}' has no {missing}. Agents that have {it}: {', '.join(able) or 'none'}. "
        "'Log Capability Matrix' shows them all."
    )

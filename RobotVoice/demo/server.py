"""The process: a websocket server that lives as long as its parent wants it to."""

from __future__ import annotations

import asyncio
import json
import signal
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from itertools import count
from pathlib import Path

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from RobotVoice.demo import script
from RobotVoice.demo.faults import Faults, Protocol
from RobotVoice.demo.mind import Mind
from RobotVoice.demo.protocols import PATHS, wire_for
from RobotVoice.demo.session import Session
from RobotVoice.demo.truth import Truth
from RobotVoice.errors import ConnectionFailed, InvalidArgument
from RobotVoice.parent import end_of_input
from RobotVoice.speech.offline import require_offline_extra


async def run(protocol: Protocol, host: str, port: int, faults: Faults, truth_file: Path | None) -> None:
    """Serve until the standard input ends or the process is told to go; raises RobotVoiceError."""
    faults.require(protocol)
    require_offline_extra("demo agent")
    stop = end_of_input()
    _stop_on_signals(stop)
    truth, mind = _opened(truth_file), Mind()
    agent = Agent(protocol, faults, mind, truth)
    try:
        async with await agent.listen(host, port) as server:
            _announce(protocol, server)
            await _until(stop, mind, truth)
    finally:
        mind.close()
        truth.close()


class Agent:
    """Gives each connection a session."""

    def __init__(self, protocol: Protocol, faults: Faults, mind: Mind, truth: Truth) -> None:
        self._protocol, self._faults, self._mind, self._truth = protocol, faults, mind, truth
        self._numbers = count(1)

    async def listen(self, host: str, port: int) -> Server:
        try:
            server: Server = await serve(
                self._serve,
                host,
                port,
                process_request=self._refuse,
                compression=None,  # audio does not shrink, and deflating it costs frames their punctuality
                close_timeout=1,
            )
        except OSError as error:
            problem = error.strerror or error
            raise ConnectionFailed(f"The demo agent can't listen on {host}:{port}: {problem}.") from error
        return server

    def _refuse(self, connection: ServerConnection, request: Request) -> Response | None:
        try:
            wire_for(self._protocol, request.path)
        except InvalidArgument as error:
            return connection.respond(HTTPStatus.NOT_FOUND, f"{error}\n")
        return None

    async def _serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        wire = wire_for(self._protocol, connection.request.path)
        note = partial(self._truth.write, next(self._numbers))
        with suppress(ConnectionClosed):  # the caller's line broke, as lines do
            await Session(wire, connection, self._mind, self._faults, note).run(connection)


async def _until(stop: asyncio.Event, mind: Mind, truth: Truth) -> None:
    """Wait for `stop`, while the models load; what keeps them from loading ends the agent."""
    stopping = asyncio.create_task(stop.wait())
    warming = asyncio.create_task(mind.warm_up((*script.all_replies(), script.STILL_THERE)))
    await asyncio.wait({stopping, warming}, return_when=asyncio.FIRST_COMPLETED)
    if warming.done():
        warming.result()
        truth.write(0, "warmed_up")
        await stopping
    warming.cancel()


def _announce(protocol: Protocol, server: Server) -> None:
    host, port = next(iter(server.sockets)).getsockname()[:2]
    host = f"[{host}]" if ":" in host else host
    print(json.dumps({"listening": f"ws://{host}:{port}{PATHS[protocol]}"}), flush=True)


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(name, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(stop.set))


def _opened(path: Path | None) -> Truth:
    try:
        return Truth(path)
    except OSError as error:
        raise InvalidArgument(f"The truth can't be written to {path}: {error.strerror}.") from error

"""Agents that do everything wrong, each under a path of its own; and what is no agent at all."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import HTTPServer, SimpleHTTPRequestHandler

from RobotVoice.audio.frames import silence
from stand_ins.pcm_server import JsonServer
from stand_ins.sound import vowel


class BadAgent(JsonServer):
    """The last part of the path says what is wrong with it."""

    async def begin(self) -> None:
        assert self.socket.request is not None
        misbehave = getattr(self, self.socket.request.path.rpartition("/")[2])
        self._speaking = asyncio.get_running_loop().create_task(misbehave())

    async def caller_started(self) -> None:
        pass

    async def caller_stopped(self) -> None:
        pass

    async def good(self) -> None:
        await self._speak(0.5)

    async def closes(self) -> None:
        await self._words()
        await self.stream(0.8, self._play)
        await self.socket.close(1011, "out of tokens")

    async def cuts_itself_off(self) -> None:
        await self._words()
        await self.stream(0.8, self._play)
        await self.socket.close()

    async def farewell(self) -> None:
        await self._goodbye()
        await self.socket.close()

    async def farewell_without_a_code(self) -> None:
        await self._goodbye()
        self.socket.transport.write(b"\x88\x00")

    async def _goodbye(self) -> None:
        """A reply that nothing but the silence after it ends, and not enough of that."""
        await self._words()
        await self.stream(0.6, self._play)
        await self._play(silence(0.5, self.rate))
        await asyncio.sleep(0.5)

    async def breaks(self) -> None:
        await self._words()
        await self.stream(0.8, self._play)
        self.socket.transport.abort()

    async def no_frames(self) -> None:
        await self._words()
        await self.stream(0.8, self._play)
        self.socket.transport.write(b"\xff" * 20)

    async def gigantic(self) -> None:
        await self.stream(0.8, self._play)
        await self.socket.send("x" * 65 * 2**20)

    async def garbage(self) -> None:
        for _ in range(20):
            await self.socket.send(bytes(range(256)))

    async def wrong_json(self) -> None:
        await self.socket.send('{"audio": ')
        await self.socket.send('{"audio": {"data": [1, 2, 3]}}')

    async def half_a_sample(self) -> None:
        await self._words()
        data = vowel(0.5, self.rate).astype("<i2").tobytes() + b"\x01"
        await self._say(audio={"data": base64.b64encode(data).decode()})
        await self._say(type="end")

    async def huge_junk(self) -> None:
        await self.socket.send(json.dumps({"junk": "x" * 10 * 2**20}))
        await self._speak(0.5)

    async def huge_audio(self) -> None:
        await self._words()
        data = vowel(1.0, self.rate).astype("<i2").tobytes() * 240
        await self._say(audio={"data": base64.b64encode(data).decode()})

    async def never_speaks(self) -> None:
        pass

    async def never_stops(self) -> None:
        await self._speak(120.0)

    async def _words(self) -> None:
        await self._say(type="words", words="Here it is")


@contextmanager
def web_server() -> Iterator[str]:
    """An ordinary web server, which knows every path."""

    class Page(SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "16")
            self.end_headers()
            self.wfile.write(b"<h1>Welcome</h1>")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"ws://127.0.0.1:{server.server_port}/agent"
    server.shutdown()
    server.server_close()


@contextmanager
def another_protocol() -> Iterator[str]:
    """Something on a port that speaks first, and not HTTP."""

    def greet() -> None:
        while True:
            try:
                guest, _ = listener.accept()
            except OSError:
                return
            with guest:
                guest.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")

    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=greet, daemon=True).start()
    yield f"ws://127.0.0.1:{listener.getsockname()[1]}/agent"
    listener.close()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])

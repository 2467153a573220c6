"""`python -m pipecat_bot FOLDER`: prints a line of JSON with its address, and runs until its standard input ends.

Called at /<name>?<plan>, it writes its truth of the call to <name>.jsonl in the folder.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI, WebSocket
from loguru import logger

from pipecat_bot.bot import answer
from pipecat_bot.plan import Plan
from pipecat_bot.script import LONG_ANSWER, SHORT_ANSWER
from pipecat_bot.scripted import sound_of
from pipecat_bot.witness import SocketWitness

app = FastAPI()


@app.websocket("/{name}")
async def call(websocket: WebSocket) -> None:
    await websocket.accept()
    await answer(websocket, Plan.from_query(websocket.url.query), websocket.scope["witness"])


async def run(folder: Path) -> None:
    server = uvicorn.Server(uvicorn.Config(SocketWitness(app, folder), log_level="warning"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(json.dumps({"listening": f"ws://127.0.0.1:{listening.getsockname()[1]}"}), flush=True)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        await asyncio.to_thread(sys.stdin.read)
        server.should_exit = True
        await serving


if __name__ == "__main__":
    logger.remove()
    logger.add(sys.stderr, level="WARNING")
    for sentence in LONG_ANSWER + SHORT_ANSWER:
        sound_of(sentence)  # a voice that loads its model while it speaks would falsify the times
    asyncio.run(run(Path(sys.argv[1])))

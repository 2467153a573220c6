"""Where Robot's thread meets the loop's."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from RobotVoice.bridge import Bridge
from RobotVoice.errors import KeywordTimeout


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    bridge = Bridge()
    yield bridge
    bridge.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "RobotVoice"]


class Sleeper:
    """A coroutine that says when it began and whether it was cancelled."""

    def __init__(self) -> None:
        self.began, self.cancelled = threading.Event(), threading.Event()

    async def sleep(self) -> None:
        self.began.set()
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            self.cancelled.set()
            raise


async def answer() -> str:
    await asyncio.sleep(0)
    return threading.current_thread().name


async def fail(error: BaseException) -> None:
    raise error


def test_nothing_starts_before_it_is_needed() -> None:
    before = threading.active_count()
    Bridge().close()
    assert threading.active_count() == before


def test_a_coroutine_runs_in_the_loops_thread_and_its_result_comes_back(bridge: Bridge) -> None:
    assert bridge.run(answer(), 5) == "RobotVoice"


def test_the_loop_goes_on_between_two_calls(bridge: Bridge) -> None:
    ticks: list[float] = []

    async def tick() -> None:
        while True:
            ticks.append(time.monotonic())
            await asyncio.sleep(0.01)

    async def start() -> asyncio.Task[None]:
        return asyncio.create_task(tick())

    task = bridge.run(start(), 5)
    seen = len(ticks)
    time.sleep(0.2)
    assert len(ticks) > seen
    assert not task.done()


@pytest.mark.parametrize("error", [ValueError("wrong"), TimeoutError("its own"), KeywordTimeout("of the call")])
def test_an_error_comes_back_as_it_is(bridge: Bridge, error: Exception) -> None:
    with pytest.raises(type(error), match=str(error)):
        bridge.run(fail(error), 5)


def test_a_wait_that_runs_out_is_a_keyword_timeout_and_cancels(bridge: Bridge) -> None:
    sleeper, begin = Sleeper(), time.monotonic()
    with pytest.raises(KeywordTimeout, match=r"after 0\.3 s"):
        bridge.run(sleeper.sleep(), 0.3)
    assert 0.25 < time.monotonic() - begin < 2
    assert sleeper.cancelled.wait(2)


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit, RuntimeError])
def test_whatever_takes_the_thread_away_cancels_the_coroutine(
    bridge: Bridge, interrupt: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeper = Sleeper()

    def interrupted(*_: object) -> None:
        assert sleeper.began.wait(2)
        raise interrupt

    with monkeypatch.context() as patch:
        patch.setattr("concurrent.futures.wait", interrupted)
        with pytest.raises(interrupt):
            bridge.run(sleeper.sleep(), 5)
    assert sleeper.cancelled.wait(2)
    assert bridge.run(answer(), 5)


def test_reset_cancels_what_was_left_behind(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    sleeper = Sleeper()
    with monkeypatch.context() as patch:
        patch.setattr("concurrent.futures.Future.cancel", lambda _: False)
        with pytest.raises(KeywordTimeout):
            bridge.run(sleeper.sleep(), 0.1)
    assert not sleeper.cancelled.is_set()
    bridge.reset()
    assert sleeper.cancelled.wait(2)
    bridge.reset()


def test_the_loops_own_thread_is_refused(bridge: Bridge) -> None:
    async def cross() -> str:
        return bridge.run(answer(), 1)

    with pytest.raises(RuntimeError, match="own thread"):
        bridge.run(cross(), 5)


def test_close_leaves_only_the_threads_that_were_there() -> None:
    before, bridge, sleeper = set(threading.enumerate()), Bridge(), Sleeper()

    async def leave_work_behind() -> asyncio.Task[None]:
        await asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.01)
        return asyncio.create_task(sleeper.sleep())

    task = bridge.run(leave_work_behind(), 5)
    assert sleeper.began.wait(2)
    bridge.close()
    assert set(threading.enumerate()) <= before
    assert sleeper.cancelled.is_set()
    assert task.cancelled()


def test_close_twice_and_use_again() -> None:
    bridge = Bridge()
    bridge.run(answer(), 5)
    bridge.close()
    bridge.close()
    assert bridge.run(answer(), 5) == "RobotVoice"
    bridge.close()


def test_a_loop_that_is_stuck_does_not_hold_up_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("RobotVoice.bridge.DRAIN", 0.3)
    bridge, release, stuck = Bridge(), threading.Event(), threading.Event()

    async def block() -> None:
        stuck.set()
        release.wait(5)

    with pytest.raises(KeywordTimeout):
        bridge.run(block(), 0.1)
    assert stuck.wait(1)
    bridge.close()
    assert bridge.run(answer(), 5) == "RobotVoice"
    release.set()
    bridge.close()

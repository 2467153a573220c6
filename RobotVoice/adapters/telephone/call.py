"""A call over a Twilio number: dialled, or waited for, until it is hung up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from websockets.asyncio.server import ServerConnection

from RobotVoice.adapters.telephone.account import Account
from RobotVoice.adapters.telephone.door import OVER, Door
from RobotVoice.adapters.telephone.plan import LOOPBACK, Plan
from RobotVoice.errors import CallError, ConnectionFailed

GRACE = 10.0
"""Seconds after the ringing for Twilio to report that nobody answered, or for the audio of a late answer to come."""
LAST_WORD = 2.0
"""Seconds after the hang-up for Twilio's last status callback: a closed door would stand in its log as an error."""


class PhoneCall:
    """One call. Made in the event loop that it runs in."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._account = Account(plan)
        self.door = Door(plan)
        self._dialled: asyncio.Task[str] | None = None

    async def begin(self) -> ServerConnection:
        """The call's media stream; ConnectionFailed with a sentence if it does not come."""
        await self.door.open()
        patience = self._plan.answer_within
        if self._plan.to:
            patience += GRACE
            self._dialled = asyncio.create_task(self._dial())
            # not to be broken off: a call that Twilio has begun would ring on with nobody to hang it up
            await asyncio.shield(self._dialled)
        stream, ended = self.door.stream, self.door.ended
        either: set[asyncio.Future[Any]] = {stream, ended}
        await asyncio.wait(either, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        if stream.done():
            return stream.result()
        raise ConnectionFailed(" ".join([await self._why_not(patience), *self.door.refused]))

    async def end(self) -> None:
        """Hang up, and listen no more; CallError if Twilio does not."""
        try:
            await self._hang_up()
        finally:
            await self.door.close()

    async def _dial(self) -> str:
        return await self._account.dial(self.door.connecting, self.door.status_url)

    async def _hang_up(self) -> None:
        call = await self._call()
        if not call or self.door.ended.done():
            return
        try:
            await self._account.hang_up(call)
        except ConnectionFailed as error:
            raise CallError(f"The call could not be hung up, and may go on: {error}") from None
        if self._dialled:
            await asyncio.wait({self.door.ended}, timeout=LAST_WORD)

    async def _call(self) -> str:
        """The call's SID; "" if there is none."""
        if self._dialled is None:
            return self.door.call
        await asyncio.wait({self._dialled})
        return "" if self._dialled.exception() else self._dialled.result()

    # -- why there is no call

    async def _why_not(self, waited: float) -> str:
        plan = self._plan
        if not plan.to:
            return await self._why_not_called(waited)
        if self.door.ended.done():
            return _how_it_ended(plan, self.door.ended.result())
        status = await self._account.status_of(await self._call())
        unheard = (
            f"Twilio could not tell us at {plan.public_url}: is the tunnel running, and does it lead to "
            f"{LOOPBACK}:{plan.port}?"
        )
        if status in OVER:
            return f"{_how_it_ended(plan, {'CallStatus': status})} {unheard}"
        if status != "in-progress":
            return f"{plan.to} had not answered after {waited:g} s; Twilio says that the call is '{status}'."
        return (
            f"{plan.to} has answered, but the call's audio had not come after {waited:g} s. {unheard} "
            "(A trial account speaks a message of its own first, and waits for a key.)"
        )

    async def _why_not_called(self, waited: float) -> str:
        plan, wanted = self._plan, self.door.call_url
        if self.door.call:
            return (
                f"{plan.number} was called, but the call's audio had not come after {waited:g} s: the caller hung up, "
                f"or the tunnel at {plan.public_url} carries no websockets."
            )
        nobody = f"Nobody called {plan.number} within {waited:g} s."
        webhook = await self._account.webhook()
        if webhook is None:
            return f"{nobody} The Twilio account has no such number."
        if (webhook.url, webhook.method) != (wanted, "GET"):
            return (
                f"{nobody} In Twilio's console its calls go to '{webhook.url}' by HTTP {webhook.method}; "
                f"they have to go to '{wanted}' by HTTP GET."
            )
        return f"{nobody} Its calls go to {wanted}: does the tunnel there lead to {LOOPBACK}:{plan.port}?"


def _how_it_ended(plan: Plan, told: Mapping[str, str]) -> str:
    sip = f" (SIP {told['SipResponseCode']})" if told.get("SipResponseCode", "").isdigit() else ""
    match told["CallStatus"]:
        case "busy":
            return f"{plan.to} is busy{sip}."
        case "no-answer":
            return f"{plan.to} did not answer within {plan.answer_within:g} s{sip}; answer_within=... waits longer."
        case "canceled":
            return f"The call to {plan.to} was ended before it was answered, by somebody else than this test."
        case "completed":
            return (
                f"{plan.to} answered, but the call was over before its audio came: it hung up at once, or Twilio "
                f"could not open the media stream at {plan.public_url}."
            )
    return (
        f"The call to {plan.to} failed{sip}: the number does not exist, is out of service, or takes no calls. "
        "Monitor > Logs > Calls in Twilio's console says more."
    )

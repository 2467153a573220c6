"""Twilio's REST API, as much of it as a call needs, with its errors as sentences."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from RobotVoice.adapters.secrets import hiding
from RobotVoice.adapters.telephone.plan import Plan
from RobotVoice.adapters.wire import quote
from RobotVoice.errors import ConnectionFailed

TIMEOUT = 5.0
"""Seconds for Twilio to accept a connection, and again to answer."""
LONGEST_CALL = 3600
"""Seconds after which Twilio ends a call by itself, whatever became of this process."""
ALREADY_OVER = frozenset({20404, 21220})
"""Twilio's codes for a call that can't be hung up because there is none any more."""
SILENT = logging.Logger("silent", logging.CRITICAL + 1)
"""The client logs every request, and its address holds the account's SID."""
_CREDENTIALS = "Are account_sid and auth_token those of the same account, and is the token still valid?"
_ADVICE = {
    10001: "The account is not active: see Twilio's console.",
    20003: _CREDENTIALS,
    20005: "The account is not active: see Twilio's console.",
    20008: "These are test credentials, which make no calls: use the live ones.",
    20404: _CREDENTIALS,
    20429: "Twilio takes no more requests of this account for now: run fewer tests at once.",
    21203: "Allow the country under Voice > Settings > Geo permissions in Twilio's console.",
    21210: "'number' has to be a number of this Twilio account.",
    21211: "Is 'to' right? It has to be in the international form, such as +15551234567.",
    21212: "'number' has to be a number of this Twilio account, such as +15551234567.",
    21215: "Allow the country under Voice > Settings > Geo permissions in Twilio's console.",
    21216: "Twilio does not let this account call that number.",
    21219: "A trial account calls verified numbers only: verify 'to' in Twilio's console, or upgrade the account.",
    21609: "Is public_url right?",
}
"""What to do, by Twilio's error code (www.twilio.com/docs/api/errors)."""


@dataclass(frozen=True)
class Webhook:
    """Where a number sends its calls, and how."""

    url: str
    method: str


class Account:
    """The account that calls, or is called. Its methods raise ConnectionFailed with a sentence to act on."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        # without a pool: it would hold its connection open after the call
        quiet = TwilioHttpClient(pool_connections=False, timeout=TIMEOUT, logger=SILENT)
        self._client = Client(plan.account_sid.value, plan.auth_token.value, http_client=quiet)
        self._client.api.base_url = plan.api_url

    async def dial(self, twiml: str, status_url: str) -> str:
        """Let the agent's telephone ring, and follow `twiml` once it is answered; returns the call's SID."""
        call = await self._ask(
            f"does not call {self._plan.to}",
            lambda: self._client.calls.create(
                to=self._plan.to,
                from_=self._plan.number,
                twiml=twiml,
                timeout=round(self._plan.answer_within),
                time_limit=LONGEST_CALL,
                status_callback=status_url,
                status_callback_event=["initiated", "ringing", "answered", "completed"],
                status_callback_method="GET",
            ),
        )
        return str(call.sid)

    async def hang_up(self, call: str) -> None:
        """End a call, answered or not; one that is over already stays so."""
        await self._ask("does not hang up", lambda: self._client.calls(call).update(status="completed"), ALREADY_OVER)

    async def status_of(self, call: str) -> str:
        """What Twilio calls the state of a call: queued, ringing, in-progress, busy, ..."""
        found = await self._ask("does not tell what became of the call", lambda: self._client.calls(call).fetch())
        return str(found.status)

    async def webhook(self) -> Webhook | None:
        """Where our number sends its calls; None if the account has no such number."""
        found = await self._ask(
            "does not tell where the number sends its calls",
            lambda: self._client.incoming_phone_numbers.list(phone_number=self._plan.number, limit=1),
        )
        return Webhook(str(found[0].voice_url or ""), str(found[0].voice_method)) if found else None

    async def _ask(self, refusal: str, request: Callable[[], Any], harmless: frozenset[int] = frozenset()) -> Any:
        # `from None` throughout: the errors quote the address of the request, and it holds the account's SID
        try:
            return await asyncio.to_thread(request)
        except TwilioException as error:
            if getattr(error, "code", None) in harmless:
                return None
            hide = hiding(self._plan.account_sid.secrets, self._plan.auth_token.secrets)
            raise ConnectionFailed(hide(f"Twilio {refusal}: {_reason(error)}")) from None
        except (OSError, ValueError) as error:
            host = urlsplit(self._plan.api_url).netloc
            raise ConnectionFailed(
                f"{host} gave no answer of Twilio's ({type(error).__name__}): is this machine online?"
            ) from None


def _reason(error: TwilioException) -> str:
    """Twilio's own words, what to do, and where to read more."""
    code = getattr(error, "code", None)
    words = [_finished(quote(_message(error)))]
    if code in _ADVICE:
        words.append(_ADVICE[code])
    if code:
        words.append(f"(Twilio error {code}, https://www.twilio.com/docs/api/errors/{code})")
    return " ".join(words)


def _message(error: TwilioException) -> str:
    """Of both kinds of its errors; the client puts its own words before Twilio's."""
    said = getattr(error, "msg", "") or getattr(error, "detail", "") or getattr(error, "title", "") or str(error)
    before, _, after = str(said).partition(": ")
    return after if before.startswith("Unable to") else str(said)


def _finished(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."

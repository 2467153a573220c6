"""Who calls whom, and how Twilio reaches us: the options of a call over a Twilio number, checked."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import SplitResult, urlsplit

from RobotVoice.adapters.keys import is_at
from RobotVoice.adapters.rest import api_address
from RobotVoice.adapters.secrets import NO_KEY, Key
from RobotVoice.adapters.wire import quote
from RobotVoice.errors import InvalidArgument

LONGEST_RINGING = timedelta(minutes=10)
"""Twilio lets no telephone ring longer."""
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Plan:
    """to: "" to wait for a call. public_url: without a slash at its end. answer_within: seconds."""

    number: str
    to: str
    public_url: str
    port: int
    answer_within: float
    account_sid: Key
    auth_token: Key
    api_url: str

    @property
    def host(self) -> str:
        """The public host, with its port if it has one."""
        return urlsplit(self.public_url).netloc


def checked(
    number: str,
    to: str,
    public_url: str,
    port: int,
    answer_within: timedelta,
    account_sid: Key,
    auth_token: Key,
    api_url: str,
) -> Plan:
    """The options as a plan; InvalidArgument with a sentence if one of them can't be right."""
    return Plan(
        number=_phone_number("number", number),
        to=to if to.startswith("sip:") or not to else _phone_number("to", to),
        public_url=_public(public_url),
        port=_port(port),
        answer_within=_ringing(answer_within).total_seconds(),
        account_sid=_sid(_credential("account_sid", account_sid, api_url)),
        auth_token=_credential("auth_token", auth_token, api_url),
        api_url=api_address("twilio", api_url),
    )


def _phone_number(option: str, value: str) -> str:
    number = re.sub(r"[ ().-]", "", value)
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", number):
        raise _wrong(option, value, "a phone number in the international form, such as +15551234567")
    return number


def _public(url: str) -> str:
    parts = _split("public_url", url)
    if parts.scheme != "https" or not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise _wrong("public_url", url, "the public address of a tunnel, without a path: https://name.example")
    return f"https://{parts.netloc}"


def _split(option: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # its parsing is what may fail
    except ValueError:
        raise _wrong(option, url, "an address such as https://name.example") from None
    return parts


def _port(port: int) -> int:
    if not 0 < port < 65536:
        raise _wrong("port", str(port), "the port of this machine that the tunnel leads to, from 1 to 65535")
    return port


def _ringing(length: timedelta) -> timedelta:
    if not timedelta(seconds=1) <= length <= LONGEST_RINGING:
        raise _wrong("answer_within", f"{length.total_seconds():g} s", "from 1 s to 10 min")
    return length


def _credential(option: str, given: Key, api_url: str) -> Key:
    """The given one, else the environment's, which goes to Twilio only."""
    variable = f"TWILIO_{option.upper()}"
    if key := given or (Key(os.environ.get(variable, "").strip()) if is_at(api_url, ["twilio.com"]) else NO_KEY):
        return key
    raise InvalidArgument(
        f"The agent 'twilio' needs its {option}: set the environment variable {variable}, or give the option "
        f"{option}=${{...}} with a Secret variable. Another api_url gets only what is given."
    )


def _sid(sid: Key) -> Key:
    if not sid.value.startswith("AC"):
        raise InvalidArgument(
            "The option 'account_sid' of the agent 'twilio' has to begin with AC: the SID of the account itself, since "
            "Twilio signs its requests with the account's token, not with that of an API key."
        )
    return sid


def _wrong(option: str, value: str, wanted: str) -> InvalidArgument:
    return InvalidArgument(f"The option '{option}' of the agent 'twilio' is '{quote(value)}'; it must be {wanted}.")

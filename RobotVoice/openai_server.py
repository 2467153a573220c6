"""OpenAI over HTTP, or any server that speaks its protocol: one address, one key, and errors that hide the key."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from RobotVoice.errors import ConnectionFailed, InvalidArgument, RobotVoiceError

if TYPE_CHECKING:
    import openai

_LONGEST_ERROR = 500
_DATA = re.compile(r"[A-Za-z0-9+/=]{100,}")
"""Base64, such as sound in a request: nobody can read it."""
_TELL_EVERY_ADDRESS = ("httpx", "httpx2")
"""Loggers of what sends the SDK's requests: each address, and what it holds, would be put into log.html."""
_WRONG_OPTION = frozenset({400, 401, 403, 404, 422})
"""HTTP statuses that tell of the request, and not of the server's day."""


class OpenAIServer:
    """The server behind a voice, ears or a judge. Its key is in no error and no repr.

    Without `api_key` the environment variable OPENAI_API_KEY is used, without `base_url` OPENAI_BASE_URL or OpenAI
    itself. Raises InvalidArgument for an address or a key that can't be one.
    """

    def __init__(self, base_url: str | None, api_key: str | None) -> None:
        self._base_url = base_url or os.environ.get("OPENAI_BASE_URL") or "https://api.openai.com/v1"
        if urlsplit(self._base_url).scheme not in {"http", "https"}:
            raise InvalidArgument("The base_url of a server begins with https:// or http://.")
        if urlsplit(self._base_url).query:
            raise InvalidArgument(
                f"The base_url {self.address} has a query (what follows the question mark), which no request could "
                "hold: leave it out."
            )
        self._api_key = (api_key or os.environ.get("OPENAI_API_KEY") or "").strip()
        if not self._api_key.isascii():
            raise InvalidArgument(f"The API key for {self.address} holds characters that no key has.")

    @property
    def address(self) -> str:
        """The server's address without the credentials and the query that a URL may hold."""
        url = urlsplit(self._base_url)
        return f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path}"

    @cached_property
    def client(self) -> openai.OpenAI:
        """What sends the requests; InvalidArgument without a key."""
        import openai  # noqa: PLC0415 - half a second

        if not self._api_key:
            raise InvalidArgument(
                f"There is no API key for {self.address}; give one, or set the environment variable "
                "OPENAI_API_KEY. A server of your own that needs no key takes any."
            )
        logging.getLogger("openai._base_client").addFilter(_leave_out_data)
        for name in _TELL_EVERY_ADDRESS:
            logging.getLogger(name).setLevel(logging.WARNING)
        return openai.OpenAI(base_url=self._base_url, api_key=self._api_key, timeout=60.0)

    def without_key(self, text: str) -> str:
        """A text of the server's, which may repeat the key."""
        return text.replace(self._api_key, "***") if self._api_key else text

    @contextmanager
    def translated_errors(self, wanted: str) -> Iterator[None]:
        """Turns the errors of a request for `wanted` ("speech", "transcript") into RobotVoice's own.

        InvalidArgument where the request itself was refused, ConnectionFailed for everything else.
        """
        import openai  # noqa: PLC0415 - half a second

        try:
            yield
        except (openai.OpenAIError, json.JSONDecodeError) as error:
            # Not `from error`: its text, which a traceback would show, may repeat the key.
            raise self._translated(wanted, error) from None

    def _translated(self, wanted: str, error: Exception) -> RobotVoiceError:
        said = _without_data(self.without_key(str(error)))[:_LONGEST_ERROR]
        message = f"The server {self.address} gave no {wanted}: {said}"
        refused = getattr(error, "status_code", None) in _WRONG_OPTION
        return InvalidArgument(message) if refused else ConnectionFailed(message)


def _leave_out_data(record: logging.LogRecord) -> bool:
    """At level DEBUG some versions of the SDK log whole requests, and Robot Framework puts them into log.html."""
    record.msg, record.args = _without_data(record.getMessage()), ()
    return True


def _without_data(text: str) -> str:
    """`text` as servers and their SDK repeat it, without the sound that was sent to them."""
    return _DATA.sub("(data)", text)

"""Where the key of a hosted service comes from: the test, else the environment."""

from __future__ import annotations

import os
from collections.abc import Sequence
from urllib.parse import urlsplit

from RobotVoice.adapters.secrets import NO_KEY, Key
from RobotVoice.errors import InvalidArgument


def is_at(url: str, domains: Sequence[str]) -> bool:
    """Whether `url` is one of these domains, or below one."""
    host = urlsplit(url).hostname or ""
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def known_key(url: str, given: Key, domains: Sequence[str], variables: Sequence[str]) -> Key:
    """The given key; else the environment's, which goes to the service's own `domains` only; NO_KEY without any."""
    if given or not is_at(url, domains):
        return given
    found = (Key(os.environ.get(variable, "").strip()) for variable in variables)
    return next((key for key in found if key), NO_KEY)


def service_key(agent: str, url: str, given: Key, domains: Sequence[str], variables: Sequence[str]) -> Key:
    """As `known_key`; the service itself must get one, another server gets none that it was not given."""
    key = known_key(url, given, domains, variables)
    if key or not is_at(url, domains):
        return key
    raise InvalidArgument(
        f"The agent '{agent}' needs a key for {urlsplit(url).hostname}: set the environment variable "
        f"{' or '.join(variables)}, or give the option api_key=${{KEY}} with a Secret variable. "
        "A server of your own (url=ws://...) needs none."
    )

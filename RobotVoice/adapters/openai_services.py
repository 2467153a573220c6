"""Who runs a server that speaks OpenAI Realtime, and how its key travels there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from RobotVoice.adapters.keys import is_at, service_key
from RobotVoice.adapters.secrets import NO_KEY, Key


@dataclass(frozen=True)
class Service:
    """Whose server it is: its domains, where its key is kept, and the header that carries it."""

    domains: Sequence[str]
    key_variable: str
    header: str

    def carry(self, key: Key) -> tuple[str, str]:
        """The header with the key in it: its name and its value."""
        return self.header, f"Bearer {key.value}" if self.header == "Authorization" else key.value


OPENAI = Service(("api.openai.com",), "OPENAI_API_KEY", "Authorization")
AZURE = Service(
    ("openai.azure.com", "cognitiveservices.azure.com", "services.ai.azure.com"), "AZURE_OPENAI_API_KEY", "api-key"
)


CREDENTIALS = frozenset({"authorization", "api-key"})


def service_of(url: str) -> Service:
    """The service at `url`; a server of somebody's own takes its key as OpenAI does."""
    return AZURE if is_at(url, AZURE.domains) else OPENAI


def key_for(agent: str, url: str, given: Key, headers: Iterable[str] = ()) -> Key:
    """The key for the server at `url`: the given one, else the environment's for that service.

    headers: the names of those that a person gave; one that says who calls is instead of a key.
    """
    service = service_of(url)
    if not given and not CREDENTIALS.isdisjoint(name.lower() for name in headers):
        return NO_KEY
    return service_key(agent, url, given, service.domains, [service.key_variable])

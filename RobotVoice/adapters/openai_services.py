"""Who runs a server that speaks OpenAI Realtime, and how its key travels there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from RobotVoice.adapters.options import Key
from RobotVoice.errors import InvalidArgument


@dataclass(frozen=True)
class Service:
    """Whose server it is: where its key is kept, and the header that carries it."""

    key_variable: str
    header: str

    def carry(self, key: Key) -> tuple[str, str]:
        """The header with the key in it: its name and its value."""
        return self.header, f"Bearer {key.value}" if self.header == "Authorization" else key.value


OPENAI = Service("OPENAI_API_KEY", "Authorization")
AZURE = Service("AZURE_OPENAI_API_KEY", "api-key")
SERVICES = {
    "api.openai.com": OPENAI,
    "openai.azure.com": AZURE,
    "cognitiveservices.azure.com": AZURE,
    "services.ai.azure.com": AZURE,
}
"""By the host. The key of the environment is sent to its own service only."""


def service_of(url: str) -> Service | None:
    """The service at `url`; None for a server of somebody's own."""
    host = urlsplit(url).hostname or ""
    return next((service for name, service in SERVICES.items() if host == name or host.endswith(f".{name}")), None)


def key_for(agent: str, url: str, given: Key) -> Key:
    """The key for the server at `url`: the given one, else the environment's for that service."""
    service = service_of(url)
    if given or service is None:
        return given
    key = Key(os.environ.get(service.key_variable, "").strip())
    if key:
        return key
    raise InvalidArgument(
        f"The agent '{agent}' needs a key for {urlsplit(url).hostname}: set the environment variable "
        f"{service.key_variable}, or give the option api_key=${{KEY}} with a Secret variable. "
        "A server of your own (url=ws://...) needs none."
    )

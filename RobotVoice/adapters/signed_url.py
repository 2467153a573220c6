"""ElevenLabs: a private agent takes a call at an address that the service signs for it."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from RobotVoice.adapters import rest
from RobotVoice.adapters.secrets import Hide, Key
from RobotVoice.errors import ConnectionFailed, InvalidArgument

ADVICE = {
    401: "the key was refused. It has to be of the account and the region that this address belongs to (option url=)",
    403: "the key may not use this agent",
    404: "there is no such agent",
    422: "that is no agent's id",
    429: "the account takes no more calls for now",
}


async def signed_url(url: str, key: Key, hide: Hide) -> Key:
    """The address of one call to the agent whose public one is `url`. ConnectionFailed says why there is none."""
    answer = await rest.get(_signer_of(url), "xi-api-key", key, hide, ADVICE)
    address = answer.get("signed_url")
    if not isinstance(address, str) or not address.startswith(("ws://", "wss://")):
        raise ConnectionFailed(f"{urlsplit(url).hostname} was asked for a signed address, and its answer holds none.")
    return Key(address)


def _signer_of(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "wss" and parts.hostname not in rest.LOOPBACK:
        raise InvalidArgument("The option 'url' of the agent 'elevenlabs' must begin with wss://: a key is sent there.")
    scheme = "https" if parts.scheme == "wss" else "http"
    return urlunsplit(parts._replace(scheme=scheme, path=f"{parts.path.rstrip('/')}/get-signed-url"))

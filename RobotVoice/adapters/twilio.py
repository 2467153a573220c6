"""An agent on a telephone number: RobotVoice is the app behind a Twilio number, which calls the agent or is called.

What is heard decides. The app's `clear` drops what Twilio still holds of the caller's own audio, so that a barge-in is
not heard late; the agent at the other end of the telephone network never learns of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from RobotVoice.adapters.base import Accepted, Adapter, Heard, Message
from RobotVoice.adapters.capabilities import Capabilities
from RobotVoice.adapters.events import AgentEvent, HungUp, KeysPressed, Noted, Problem, Ready
from RobotVoice.adapters.media_streams import MU_LAW_8K
from RobotVoice.adapters.secrets import NO_KEY, Key
from RobotVoice.adapters.telephone.plan import checked
from RobotVoice.adapters.wire import (
    Json,
    Malformed,
    child,
    from_base64,
    heard_audio,
    quote,
    read_object,
    text,
    to_base64,
    to_json,
)
from RobotVoice.audio.frames import Pcm
from RobotVoice.errors import MissingExtra

if TYPE_CHECKING:
    from RobotVoice.adapters.telephone.call import PhoneCall

ANSWER_WITHIN = timedelta(seconds=30)
SETTING_UP = 40.0
"""Seconds for Twilio's REST API, the end of the ringing and the stream, beside the ringing itself."""
MEDIA_FORMAT = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}


class Twilio(Adapter):
    """An agent that is called at its number, or calls ours.

    number: the Twilio number. to: the agent's number, or its SIP address; if empty, the agent has to call `number`,
        whose calls the console sends to `public_url`/call by HTTP GET.
    public_url: the public address (https://...) of a tunnel that leads to `port` of this machine.
    answer_within: how long it may ring, or how long a call is waited for.
    account_sid, auth_token: by default the environment's TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.
    api_url: another server that speaks Twilio's REST API.

    What the agent says between answering and the opening of the stream is lost. Twilio ends a call after an hour.
    """

    name = "twilio"
    summary = "an agent on a phone number: RobotVoice calls it, or is called, over a Twilio number"
    sends = MU_LAW_8K
    receives = MU_LAW_8K
    waits_until_ready = True
    # No message of ours presses a key on a stream, and TwiML that does would end the stream.
    keys_are_tones = True
    capabilities = Capabilities(
        streaming_transcripts=False,
        native_vad=True,
        dtmf=True,
        interruption=True,
        input_formats=(MU_LAW_8K,),
        output_formats=(MU_LAW_8K,),
        transport="telephone",
        cancel_signal="clear",
        vad_signal="at the far end",
    )

    def __init__(
        self,
        *,
        number: str,
        public_url: str,
        to: str = "",
        port: int = 8080,
        answer_within: timedelta = ANSWER_WITHIN,
        account_sid: Key = NO_KEY,
        auth_token: Key = NO_KEY,
        api_url: str = "https://api.twilio.com",
    ) -> None:
        self._plan = checked(number, to, public_url, port, answer_within, account_sid, auth_token, api_url)
        self.opens_within = self._plan.answer_within + SETTING_UP
        self._call: PhoneCall | None = None
        self._accepted: Accepted | None = None
        self._stream = ""

    async def prepare(self) -> None:
        try:
            from RobotVoice.adapters.telephone.call import PhoneCall  # noqa: PLC0415 - needs the extra
        except ImportError as error:
            raise MissingExtra(
                f"The agent 'twilio' needs a package that is not installed ({error}). "
                'This installs it: pip install "robotframework-robotvoice[twilio]"'
            ) from error
        self._call = PhoneCall(self._plan)
        self._accepted = Accepted(await self._call.begin())

    async def release(self) -> None:
        call, self._call = self._call, None
        if call is not None:
            await call.end()

    def endpoint(self) -> Accepted:
        assert self._accepted is not None
        return self._accepted

    def audio(self, frame: Pcm) -> Iterable[Message]:
        return (self._say("media", media={"payload": to_base64(self.sends.encode(frame))}),)

    def cancel(self, heard: Heard | None) -> Iterable[Message]:
        return (self._say("clear"),)

    def _say(self, event: str, **content: Json) -> str:
        return to_json({"event": event, "streamSid": self._stream, **content})

    def events(self, message: Message) -> Iterable[AgentEvent]:
        news = self._call.door.news() if self._call else []
        try:
            return (*news, *self._translate(read_object(message)))
        except Malformed as error:
            return (*news, Problem(str(error)))

    def _translate(self, message: Json) -> Iterable[AgentEvent]:
        event = text(message, "event")
        if event == "start":
            return self._begin(message)
        if event not in ("media", "dtmf", "stop"):
            return (Noted(quote(event)),)
        if (stream := text(message, "streamSid")) != self._stream:
            return (Problem(f"Twilio sent '{event}' for the stream '{quote(stream)}'; ours is '{self._stream}'."),)
        if event == "dtmf":
            return (KeysPressed(text(child(message, "dtmf"), "digit")),)
        if event == "stop":
            return (HungUp(),)
        data = from_base64(text(child(message, "media"), "payload"), self.receives)
        return heard_audio(data, self.receives)

    def _begin(self, message: Json) -> Iterable[AgentEvent]:
        if self._stream:
            return (Problem("Twilio sent a second 'start' on one stream."),)
        if child(child(message, "start"), "mediaFormat") != MEDIA_FORMAT:
            return (Problem("Twilio's stream is not in mu-law at 8 kHz.", fatal=True),)
        self._stream = text(message, "streamSid")
        return (Ready(),)

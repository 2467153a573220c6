"""Voices: text to speech, offline or from a server that speaks OpenAI's protocol."""

from __future__ import annotations

from threading import Lock
from typing import Any, Protocol

import soundfile

from RobotVoice.audio.files import decode_audio
from RobotVoice.audio.frames import Clip, from_float, resample
from RobotVoice.audio.loudness import sounding
from RobotVoice.errors import ConnectionFailed, InvalidArgument
from RobotVoice.openai_server import OpenAIServer
from RobotVoice.speech import spelling
from RobotVoice.speech.cache import SpeechCache
from RobotVoice.speech.offline import installed_version, missing_offline_extra

LONGEST_TEXT = 1000
"""Characters in one text: the offline voice's time grows faster than an unpunctuated text does."""

SPEECH_DBFS = -20.0
"""Level that speech is brought to, as RMS of its voiced parts."""

_SPOKEN = "1"
"""Counts the changes of what `spoken` does, since caches outlive them."""

_SEED = 20
_HIBARI_RATE = 24000


class Voice(Protocol):
    """Turns text into speech."""

    @property
    def fingerprint(self) -> dict[str, str]:
        """Everything but the text that determines the sound."""
        ...

    def speak(self, text: str) -> Clip:
        """The text as speech, from its first audible sample to its last."""
        ...


class OfflineVoice:
    """The hibari voice, of the extra `offline`: 24 kHz, some 100 times faster than real time.

    `pitch` makes another speaker of it: 0.85 sounds deeper, 1.15 higher, at the same pace.
    """

    def __init__(self, speed: float = 1.0, pitch: float = 1.0) -> None:
        # A lower voice is the same voice played slower, so it has to speak faster by as much.
        self._model_speed = speed / pitch if speed > 0 and pitch > 0 else 0.0
        if not 0.5 <= self._model_speed <= 2.0:
            raise InvalidArgument(
                f"The offline voice can't speak with speed {speed} and pitch {pitch}; "
                "both are above 0, and speed divided by pitch is 0.5 to 2."
            )
        self._speed = speed
        self._pitch = pitch
        self._lock = Lock()
        self._model: Any = None

    @property
    def fingerprint(self) -> dict[str, str]:
        return {
            "voice": "hibari/heart",
            "version": installed_version("hibari-tts"),
            "seed": str(_SEED),
            "speed": str(float(self._speed)),
            "pitch": str(float(self._pitch)),
            "spoken": _SPOKEN,
            "spelling": spelling.VERSION,
        }

    def warm_up(self) -> None:
        """Loads the model and says a word, which takes a second that no call should wait for."""
        self.speak("Hello.")

    def speak(self, text: str) -> Clip:
        require_speakable(text)
        with self._lock:
            samples = from_float(self._load()(spelling.respelt(text), speed=self._model_speed, seed=_SEED))
        played_at = round(_HIBARI_RATE * self._pitch)
        return _require_audible(text, Clip(resample(samples, played_at, _HIBARI_RATE), _HIBARI_RATE))

    def _load(self) -> Any:
        if self._model is None:
            try:
                from hibari import Hibari  # noqa: PLC0415 - loads onnxruntime
            except ImportError as error:
                raise missing_offline_extra("offline voice", error) from error
            self._model = Hibari(voice="heart", threads=1)
        return self._model


class OpenAIVoice:
    """A voice of OpenAI, or of any server that has its `/audio/speech`.

    Without `api_key` the environment variable OPENAI_API_KEY is used, without `base_url` OPENAI_BASE_URL
    or OpenAI itself.
    """

    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        model: str = "gpt-4o-mini-tts",
        voice: str = "alloy",
    ) -> None:
        self._server = OpenAIServer(base_url, api_key)
        self._model = model
        self._voice = voice

    @property
    def fingerprint(self) -> dict[str, str]:
        return {
            "voice": f"openai/{self._voice}",
            "model": self._model,
            "server": self._server.address,
            "spoken": _SPOKEN,
        }

    def speak(self, text: str) -> Clip:
        require_speakable(text)
        with self._server.translated_errors("speech"):
            answer = self._server.client.audio.speech.create(
                # Not pcm, which does not say its rate: OpenAI's is 24 kHz, other servers' is not.
                input=text,
                model=self._model,
                voice=self._voice,
                response_format="wav",
            )
            data = answer.content
        return _require_audible(text, self._decode(data))

    def _decode(self, data: bytes) -> Clip:
        try:
            return decode_audio(data)
        except soundfile.SoundFileError:
            raise ConnectionFailed(f"The server {self._server.address} did not answer with audio.") from None


class CachedVoice:
    """A voice that says each text once and then plays it from the cache."""

    def __init__(self, voice: Voice, cache: SpeechCache) -> None:
        self._voice = voice
        self._cache = cache

    @property
    def fingerprint(self) -> dict[str, str]:
        return self._voice.fingerprint

    def speak(self, text: str) -> Clip:
        key = self.fingerprint | {"text": text}
        kept = self._cache.find_clip(key)
        if kept is not None:
            return kept
        clip = self._voice.speak(text)
        self._cache.keep_clip(key, clip)
        return clip


def spoken(clip: Clip) -> Clip:
    """Only the speech of `clip`, at the level of speech; pauses inside it stay. Empty if there is none.

    A synthesised voice begins with a quarter of a second of silence, by which an interruption would be late.
    """
    return sounding(clip).at(SPEECH_DBFS)


def require_speakable(text: str) -> None:
    """Raises InvalidArgument for a text that no voice should be given."""
    if not any(character.isalnum() for character in text):
        raise InvalidArgument(f"The text '{text}' has nothing to speak; a letter or a digit is needed.")
    if len(text) > LONGEST_TEXT:
        raise InvalidArgument(
            f"The text '{text[:40]}...' has {len(text)} characters; at most {LONGEST_TEXT} can be spoken at once."
        )


def _require_audible(text: str, clip: Clip) -> Clip:
    speech = spoken(clip)
    if not len(speech.samples):
        raise InvalidArgument(f"The text '{text}' has no words that this voice can speak.")
    return speech

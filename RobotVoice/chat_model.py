"""A chat model of OpenAI, or of any server that speaks its chat protocol: what it is sent, and what came back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from RobotVoice.evidence.verdict import Usage
from RobotVoice.openai_server import OpenAIServer

RETRIES = 3
"""After a 429, a 5xx or a broken line, each after a longer pause."""
LONGEST_REASON = 400
"""Characters of what a model says for itself."""


class ChatModel:
    """The chat model `model` of OpenAI, or of the server at `base_url` (Ollama, vLLM, ...).

    timeout: seconds of one request. Without `api_key` or `base_url` the environment's is used, as `OpenAIServer` says.
    wanted: what is asked of it, in a word for errors. form: the JSON that it has to answer with.
    """

    def __init__(
        self,
        model: str,
        base_url: str | None,
        api_key: str | None,
        timeout: float,
        *,
        wanted: str,
        form: type[BaseModel],
    ) -> None:
        self.name = model
        self._server = OpenAIServer(base_url, api_key)
        self._timeout = timeout
        self._wanted = wanted
        self._forms = _forms(wanted, form)
        self._form = 0
        self._refused: set[str] = set()

    @property
    def address(self) -> str:
        """Of its server."""
        return self._server.address

    def complete(self, messages: list[Any], seed: int, **options: Any) -> str:
        """The body of the server's answer. Raises ConnectionFailed, or InvalidArgument where it was refused.

        The seed and the options, such as a temperature, are left out once the server has refused them.
        """
        with self._server.translated_errors(self._wanted):
            return self._server.without_key(self._with_what_it_knows(messages, {"seed": seed, **options}))

    def _with_what_it_knows(self, messages: list[Any], options: dict[str, Any]) -> str:
        import openai  # noqa: PLC0415 - half a second

        client = self._server.client.with_options(timeout=self._timeout, max_retries=RETRIES)
        while True:
            known = {name: value for name, value in options.items() if name not in self._refused}
            try:
                return client.chat.completions.with_raw_response.create(
                    model=self.name, messages=messages, **known, **self._forms[self._form]
                ).text
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                if not self._can_do_without(known, str(error)):
                    self._form = 0
                    raise

    def _can_do_without(self, options: Iterable[str], refusal: str) -> bool:
        """Leave out what the server refused; False if there is nothing left that could be."""
        refused = next((name for name in options if name in refusal), None)
        if refused:
            self._refused.add(refused)
            return True
        self._form += 1
        return self._form < len(self._forms)


class Unusable(Exception):
    """Nothing of the answer can be used; the message says why, as a clause: "it answered with no JSON"."""


def json_in(body: str) -> str:
    """The JSON that the model answered with, in the body of its server's answer; Unusable if it did not answer."""
    choice = _first_choice(body)
    if choice.message.refusal:
        raise Unusable(f"it refused: {choice.message.refusal[:LONGEST_REASON]}")
    if choice.finish_reason not in (None, "stop"):
        raise Unusable(f"its answer was broken off ({choice.finish_reason[:40]})")
    content = choice.message.content or ""
    # servers that know no structured output like to put the JSON into a frame of words
    return content[content.find("{") : content.rfind("}") + 1]


def usage_in(body: str) -> Usage:
    """What the request cost; unknown where the server does not tell."""
    try:
        tokens = _Completion.model_validate_json(body).usage
    except ValidationError:
        tokens = None
    if tokens is None:
        return Usage(1, None, None)
    of_sound = tokens.prompt_tokens_details.audio_tokens if tokens.prompt_tokens_details else None
    return Usage(1, tokens.prompt_tokens, tokens.completion_tokens, of_sound or 0)


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    finish_reason: str | None = None
    message: _Message


class _TokensIn(BaseModel):
    audio_tokens: int | None = None


class _Tokens(BaseModel):
    prompt_tokens: int
    completion_tokens: int
    prompt_tokens_details: _TokensIn | None = None


class _Completion(BaseModel):
    choices: list[_Choice]
    usage: _Tokens | None = None


def _first_choice(body: str) -> _Choice:
    try:
        choices = _Completion.model_validate_json(body).choices
    except ValidationError:
        choices = []
    if not choices:
        raise Unusable("it did not answer as a chat model does")
    return choices[0]


def _forms(name: str, form: type[BaseModel]) -> tuple[dict[str, Any], ...]:
    """From the strictest that a server may know to none."""
    schema = {"name": name, "strict": True, "schema": form.model_json_schema()}
    return (
        {"response_format": {"type": "json_schema", "json_schema": schema}},
        {"response_format": {"type": "json_object"}},
        {},
    )

"""Vendors' own types, taken at their word: they let through any field that they do not know."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel


def strays(value: object) -> Iterator[str]:
    """The names of all fields in a model, and in the models in it, that their types do not have."""
    if isinstance(value, BaseModel):
        yield from value.model_extra or ()
        for name in type(value).model_fields:
            yield from strays(getattr(value, name))
    elif isinstance(value, list):
        for item in value:
            yield from strays(item)

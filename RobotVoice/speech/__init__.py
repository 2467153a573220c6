"""Voices (text to speech), ears (speech to text) and their cache. Models are loaded where they are used."""

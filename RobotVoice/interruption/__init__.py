"""When the caller barges in, how, and what came of it. Pure: no clock, socket or task."""

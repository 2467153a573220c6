"""A caller who talks and interrupts by itself, from a list of lines or with a model's words."""

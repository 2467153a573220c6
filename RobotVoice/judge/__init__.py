"""Did the agent recover? Facts first, then words."""

"""What was said, as text: words and numbers made comparable, phrases found, two texts against each other. Pure."""

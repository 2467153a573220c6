"""A stereo recording of a call, made anywhere: who interrupted whom, and what came of it."""

"""A real Pipecat bot: its pipeline, its Silero VAD, its turns; only brain, voice and ears are scripted."""

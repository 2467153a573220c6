"""What a line does to a call: band, codec, loss, jitter, and the room that the caller stands in. Pure and seeded."""

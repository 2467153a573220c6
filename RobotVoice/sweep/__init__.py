"""One interruption at many moments, in many wordings and noises: what was planned, and what came of it. Pure."""

"""The sound pack: what a caller's room and throat do besides talking, made from code and seeds."""

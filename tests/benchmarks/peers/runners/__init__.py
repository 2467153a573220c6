"""One tool each: reads jobs from its standard input, a JSON line each, and prints an answer to each.

All but RobotVoice's run in the tool's own environment, so they import nothing of RobotVoice.
"""

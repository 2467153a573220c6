"""RobotVoice and its peers, side by side: the same agent, the same recordings, one run.

`python -m tests.benchmarks.peers` installs each peer from its package into an environment of its own and writes
RESULTS.md. A peer's code runs in its own interpreter and never in ours.
"""

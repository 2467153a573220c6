"""Benchmarks: how quick, punctual, right and frugal RobotVoice is. Run with `python -m tests.benchmarks`.

Each runs against a server in a process of its own, which measures at the other end of the line.
"""

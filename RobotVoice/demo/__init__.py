"""The embedded agent: a phone company's support line that truly hears, in a process of its own.

`python -m RobotVoice.demo --help` lists its protocols and its faults. It is written from the protocols,
not from RobotVoice's adapters, so that neither can hide the other's mistakes.
"""

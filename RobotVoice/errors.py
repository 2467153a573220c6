"""Every exception that RobotVoice raises on purpose.

RobotVoiceError
  AgentFailure              the agent was wrong: the test fails
    KeptTalking
    InterruptionDidNotHappen
    NoReply
  CannotCheck               the check can't be made, which is never a pass
    UnreliableTiming
  InvalidArgument           an argument of a keyword, an option of an agent, a file
    UnknownAgent
  UnsupportedCapability     the agent's row of the capability matrix lacks what was asked for
  MissingExtra              an optional package is not installed
  CallError                 the line, not the agent's behaviour
    NoCall
    CallAlreadyOpen
    ConnectionFailed
    CallEnded
  KeywordTimeout            a wait of the library's own ran out
"""

from __future__ import annotations


class RobotVoiceError(Exception):
    """The root of the tree. The message is a whole sentence for the person who reads log.html."""

    ROBOT_SUPPRESS_NAME = True


class AgentFailure(RobotVoiceError):
    """The agent did not behave as the test demands."""


class KeptTalking(AgentFailure):
    """The agent did not fall silent after the caller had barged in."""


class InterruptionDidNotHappen(AgentFailure):
    """There was nothing to interrupt, or the trigger was never met; the message names the reason."""


class NoReply(AgentFailure):
    """The agent did not reply, or did not finish its reply, in time."""


class CannotCheck(RobotVoiceError):
    """A check that can't be made: no transcript, no judge, a value that was not measured."""


class UnreliableTiming(CannotCheck):
    """The machine was too busy during the call for its figures to be trusted."""


class InvalidArgument(RobotVoiceError):
    """The message names the argument, what was wrong with it and what is allowed."""


class UnknownAgent(InvalidArgument):
    """No row of the capability matrix has that name."""


class UnsupportedCapability(RobotVoiceError):
    """The agent's row of the capability matrix lacks what was asked for."""


class MissingExtra(RobotVoiceError):
    """An optional package is not installed; the message holds the command that installs it."""


class CallError(RobotVoiceError):
    """The line could not be opened, or broke."""


class NoCall(CallError):
    """A keyword needs a call and none is open."""


class CallAlreadyOpen(CallError):
    """A call is open; a second one would share its clock and its tracks."""


class ConnectionFailed(CallError):
    """The line to the agent could not be opened."""


class CallEnded(CallError):
    """The agent, or the network, closed the line while a keyword still needed it."""


class KeywordTimeout(RobotVoiceError):
    """A wait that has its own limit, because Robot Framework's do not cover teardowns."""

*** Settings ***
Documentation    A caller who talks by itself and interrupts by chance, in a way that can be had again.

Library          OperatingSystem
Library          Process
Library          RobotVoice    watch=2 s

Test Setup       Start Call    demo
Test Teardown    End Call


*** Variables ***
@{QUESTIONS}          Tell me about my billing    How do I cancel my contract?
@{SECOND THOUGHTS}    Wait, I meant account support    Sorry, what are your business hours?
${PERSONA}            a customer in a hurry


*** Test Cases ***
A Caller Who Interrupts By Chance
    [Documentation]    Its lines are given; when it interrupts, how late and with which words is drawn from the seed.
    ${talk} =    Let Them Talk
    ...    @{QUESTIONS}
    ...    turns=4
    ...    interrupt_probability=0.5
    ...    delays=0.5 s to 1.5 s
    ...    seed=7
    ...    interruptions=${SECOND THOUGHTS}
    ...    at_least=2
    Should Be Equal As Integers    ${talk.attempts}    2
    Should Be Equal As Integers    ${talk.did_not_happen}    0
    Should Be Equal    ${talk.turns[0].line}    ${QUESTIONS}[0]
    Should Be Equal    ${talk.turns[2].line}    ${QUESTIONS}[0]
    Should Be Equal As Strings    ${talk.turns[2].after}    None
    Yield Rate Should Be At Least    100 %    certainty=none
    Repeated Stop Latency Should Be Within    1.5 s    share=50 %    certainty=none
    Judge Recovery

The Same Seed Gives The Same Caller
    [Documentation]    Also to an agent that behaves differently, and whether it was written by hand or drawn.
    ${first} =    Let Them Talk    @{QUESTIONS}    turns=2    interrupt_probability=90 %    delays=0.5 s to 1 s
    End Call
    Start Call    demo    never_stops=True
    ${again} =    Let Them Talk
    ...    @{QUESTIONS}
    ...    turns=2
    ...    interrupt_probability=90 %
    ...    delays=0.5 s to 1 s
    ...    seed=${first.seed}
    Should Be Equal    ${again.turns}    ${first.turns}
    Should Be True    ${again.yield_rate.value} < ${first.yield_rate.value}

An Agent That Never Stops
    [Documentation]    That is no error but a rate, with the interval that the true rate lies in.
    [Setup]    Start Call    demo    never_stops=True
    ${talk} =    Let Them Talk    Tell me about my billing    turns=2    interrupt_probability=100 %    mode=vad
    Should Be Equal As Strings    ${talk.yield_rate}    0 of 2: 0 % (0 % to 65.8 %)
    Run Keyword And Expect Error
    ...    The agent stopped in 0 of 2 interruptions (0 %); it had to be at least 50 %.
    ...    Yield Rate Should Be At Least    50 %    certainty=none

A Caller With A Goal
    [Documentation]    A model finds the words, after what was heard so far. It is a stand-in, a server of its own.
    [Setup]    Start A Caller
    ${talk} =    Let Them Talk
    ...    persona=${PERSONA}
    ...    goal=hear about billing
    ...    turns=2
    ...    interrupt_probability=100 %
    ...    delays=1 s
    ...    seed=3
    Should Be Equal    ${talk.turns[0].line}    I want to hear about billing.
    Should Be Equal    ${talk.turns[0].interruption}    Wait, I meant account support.
    Should Be Equal    ${talk.turns[1].line}    You said unlock your account. I want to hear about billing.
    Judge Recovery    must_mention=account support
    [Teardown]    Stop The Caller

A Goal Without A Model
    [Documentation]    Nobody else takes the caller's part: the error says how to configure a model.
    Run Keyword And Expect Error    *none is configured.*caller_url=*    Let Them Talk    goal=hear about billing

An Agent That Hangs Up
    [Documentation]    The error names the turn; what was talked until then stands in the report.
    [Setup]    Start Call    demo    hangs_up_after=15 s
    Run Keyword And Expect Error
    ...    In turn 2 of 3: The agent hung up*
    ...    Let Them Talk    Tell me about my billing    turns=3    interrupt_probability=0 %
    ${transcript} =    Get Transcript
    Length Should Be    ${transcript}    4

A Promise That The Seed Does Not Keep
    [Documentation]    Too few interruptions are an error, before a word was said.
    Run Keyword And Expect Error
    ...    There have to be at least 5 interruptions in 5 turns (at_least=5), * and seed=7 there would be *
    ...    Let Them Talk    @{QUESTIONS}    seed=7    at_least=5
    ${transcript} =    Get Transcript
    Should Be Empty    ${transcript}

Repeated Conversations
    [Documentation]    Each run draws a caller of its own, and all interruptions count together.
    [Setup]    No Operation
    ${found} =    Repeat    2 times    Caller Talks With The Agent
    Should Be Equal As Integers    ${found.attempts}    2
    Yield Rate Should Be At Least    100 %    certainty=none


*** Keywords ***
Caller Talks With The Agent
    [Documentation]    One turn, which is interrupted.
    Start Call    demo
    Let Them Talk    @{QUESTIONS}    turns=1    interrupt_probability=1    delays=0.5 s to 1.5 s

Start A Caller
    [Documentation]    As a person would who runs a model of their own: a server, and two environment variables.
    ${python} =    Evaluate    sys.executable
    Start Process    ${python}    -u    ${CURDIR}${/}caller_stand_in.py    stdout=${OUTPUT_DIR}${/}caller.txt
    ...    alias=caller
    Wait Until Keyword Succeeds    10 s    100 ms    File Should Not Be Empty    ${OUTPUT_DIR}${/}caller.txt
    ${address} =    Get File    ${OUTPUT_DIR}${/}caller.txt
    Set Environment Variable    ROBOTVOICE_CALLER    stand-in
    Set Environment Variable    ROBOTVOICE_CALLER_URL    ${address.strip()}
    Start Call    demo

Stop The Caller
    [Documentation]    Nothing is left running, and the next test has no model.
    End Call
    Terminate Process    caller
    Remove Environment Variable    ROBOTVOICE_CALLER    ROBOTVOICE_CALLER_URL

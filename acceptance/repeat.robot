*** Settings ***
Documentation    One call says little: a scenario is repeated, and limits hold for what all calls say together.

Library          RobotVoice    watch=2 s


*** Variables ***
${QUESTION}        Tell me about every product feature you offer
@{DEAF IN TURN}    ${False}    ${True}    ${False}


*** Test Cases ***
An Agent That Does Not Always Listen
    [Documentation]    It is deaf in every third call. That ends no run but its own, and is counted.
    ${found} =    Repeat    3 times    Caller Interrupts    ${{ $DEAF_IN_TURN.pop() }}
    Should Be Equal As Integers    ${found.attempts}    3
    Should Be Equal As Integers    ${found.yield_rate.hits}    2
    Should Be True    0.2 < ${found.stop_latency.median.value} < 1.5
    Yield Rate Should Be At Least    60 %    certainty=none
    Repeated Stop Latency Should Be Within    1.5 s    share=50 %    certainty=none
    Run Keyword And Expect Error
    ...    The agent kept talking in 1 of 3 interruptions, so no time can be named *
    ...    Repeated Stop Latency Should Be Within    1.5 s    certainty=none
    Run Keyword And Expect Error
    ...    The agent stopped in 2 of 3 interruptions (66.7 %). That is too few to say with 95 % certainty *
    ...    Yield Rate Should Be At Least    90 %

Every Line Has Figures Of Its Own
    [Documentation]    As a template, each wording is repeated and reported for itself.
    [Template]    Repeat
    1    Caller Interrupts    ${False}    Wait, I meant account support
    1    Caller Interrupts    ${False}    Sorry, what are your business hours?

A Scenario That Does Not Interrupt
    [Documentation]    There is nothing to measure, which is an error and never a pass.
    Run Keyword And Expect Error
    ...    There was no interruption in 1 run, so there is nothing to measure: *
    ...    Repeat    1    Caller Only Asks

A Line That Can't Be Opened
    [Documentation]    That is no fault of the agent's, and no run of that kind is swallowed.
    Run Keyword And Expect Error
    ...    2 of 2 runs ended with an error; allowed 0 (max_errors= sets how many). The first was run 1: *
    ...    Repeat    2    Start Call    websocket    url=ws://127.0.0.1:9/nobody    rate=16000


*** Keywords ***
Caller Interrupts
    [Documentation]    A whole call with one interruption; ``deaf`` makes the agent talk on.
    [Arguments]    ${deaf}    ${words}=Wait, I meant account support
    Start Call    demo    never_stops=${deaf}
    User Says    ${QUESTION}
    Interrupt With    ${words}    mode=vad
    End Call

Caller Only Asks
    [Documentation]    A call without any interruption. Repeat hangs up.
    Start Call    demo
    User Says    What are your business hours?

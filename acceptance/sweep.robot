*** Settings ***
Documentation    When can the agent be interrupted, and when not? One interruption is tried at several moments.

Library          RobotVoice    watch=2 s


*** Variables ***
${QUESTION}           Tell me about every product feature you offer
${LISTENING}          0 s
${HARD OF HEARING}    400 ms


*** Test Cases ***
An Agent That Is Deaf At First
    [Documentation]    Who interrupts it in the first 400 ms of its reply is not heard. The map shows it at a glance.
    ${found} =    Sweep Interruptions    Caller Interrupts    ${HARD OF HEARING}
    ...    offsets=0 s, 200 ms, 1 s
    ...    phrases=Wait, I meant account support
    ...    limit=1.5 s
    Should Be Equal As Integers    ${found.never}    2
    Should Be Equal As Integers    ${found.in_time}    1
    Run Keyword And Expect Error
    ...    The agent did not stop within 1.5 s in 2 of 3 calls: *
    ...    Swept Interruptions Should Stop Within    1.5 s
    Swept Interruptions Should Stop Within    1.5 s    from_offset=1 s

An Agent That Hears At All Times
    [Documentation]    Also where it is noisy.
    Sweep Interruptions    Caller Interrupts    ${LISTENING}    offsets=200 ms    noise=none, 20 dB    limit=1.5 s
    Swept Interruptions Should Stop Within    1.5 s

Too Many Calls
    [Documentation]    Nobody makes a hundred calls by mistake: it is an error before the first one.
    Run Keyword And Expect Error
    ...    Sweep Interruptions would make 6 calls; allowed 5 (max_calls= sets how many).*
    ...    Sweep Interruptions    Caller Interrupts    offsets=0 s, 1 s    repeats=3    max_calls=5


*** Keywords ***
Caller Interrupts
    [Documentation]    A whole call with one interruption. The agent is deaf in the first ``deaf_for`` of its reply.
    [Arguments]    ${deaf_for}    ${offset}    ${phrase}=Wait, please
    Start Call    demo    deaf_for=${deaf_for}
    User Says    ${QUESTION}
    Interrupt With    ${phrase}    after=${offset}    mode=vad    expect=anything
    End Call

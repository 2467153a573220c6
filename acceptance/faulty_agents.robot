*** Settings ***
Documentation    Each fault of the demo agent makes the right keyword fail, with a sentence that says what was wrong.

Library          RobotVoice

Test Teardown    End Call


*** Variables ***
${QUESTION}    Tell me about every product feature you offer


*** Test Cases ***
Never Stops
    [Documentation]    Its stop latency is no number but a lower bound.
    Start Call    demo    never_stops=True
    User Says    ${QUESTION}
    Run Keyword And Expect Error
    ...    The agent kept talking for at least * s after the caller said "Wait, I meant account support".
    ...    Interrupt With    Wait, I meant account support    mode=vad
    Run Keyword And Expect Error
    ...    The agent kept talking for at least * s after the caller said "*"; it had to stop within 800 ms.
    ...    Agent Should Have Stopped Within    800 ms
    ${interruption} =    Get Interruption
    Should Be True    ${interruption.stop_latency.at_least}

Ignores The Cancel
    [Documentation]    A cancel that nobody acts on is no interruption.
    Start Call    demo    never_stops=True
    User Says    ${QUESTION}
    Run Keyword And Expect Error
    ...    The agent kept talking for at least * s after the caller said "Stop, please".
    ...    Interrupt With    Stop, please    mode=cancel

Ignores The Cancel But Listens
    [Documentation]    It stops all the same, and the evidence says that the cancel was not why.
    Start Call    demo    ignores_cancel=True
    User Says    ${QUESTION}
    Interrupt With    Wait, I meant account support    mode=cancel
    ${interruption} =    Get Interruption
    Should Be Equal    ${interruption.stopped_by.name}    AGENT_VAD

Stops Too Late
    [Documentation]    It gives way, but the caller had to talk over it for too long.
    Start Call    demo    stops_after=1.2 s
    User Says    ${QUESTION}
    Interrupt With    Wait, stop, I meant account support    mode=vad
    Run Keyword And Expect Error
    ...    The agent stopped 1* ms after the caller barged in; allowed 800 ms.
    ...    Agent Should Have Stopped Within    800 ms

Resumes Its Old Answer
    [Documentation]    It stops in time and then goes on as if nothing had been said.
    Start Call    demo    resumes=True
    User Says    ${QUESTION}
    Interrupt With    Sorry, what are your business hours?    after=1 s
    Agent Replies
    Run Keyword And Expect Error
    ...    *the agent had to mention "business hours", but said: *
    ...    Judge Recovery    must_mention=business hours

Replies Late
    [Documentation]    The caller waits for an answer in vain.
    Start Call    demo    reply_delay=6 s
    User Says    What are your business hours?
    Run Keyword And Expect Error
    ...    The agent had not begun to reply 3 s after the caller's last word.
    ...    Agent Should Have Replied Within    3 s

Sends Ahead Of Time
    [Documentation]    It sends seconds of speech at once. What the caller never heard does not count.
    Start Call    demo    bursts=True
    User Says    ${QUESTION}
    Interrupt With    Sorry, what are your business hours?    after=1 s    mode=vad
    Agent Should Have Stopped Within    800 ms
    ${turns} =    Get Transcript
    Should Be True    ${turns[1].dropped} > 1

Hangs Up
    [Documentation]    The line closes in mid-reply; what was heard until then is kept.
    Start Call    demo    hangs_up_after=2 s
    User Says    ${QUESTION}
    Run Keyword And Expect Error    The agent hung up*    Agent Replies
    ${turns} =    Get Transcript
    Length Should Be    ${turns}    2

Stops For A Mere Mm-Hmm
    [Documentation]    A sound that only says "go on" must not stop the agent.
    Start Call    demo    yields_to_backchannels=True
    User Says    ${QUESTION}
    Interrupt With    Mm-hmm    after=1 s    mode=vad    expect=anything
    Run Keyword And Expect Error
    ...    The agent stopped * ms after the caller barged in. It had to keep talking. It was silent for * and then *
    ...    Agent Should Have Kept Talking

Is Polite
    [Documentation]    The same sound does not stop an agent without that fault.
    Start Call    demo
    User Says    ${QUESTION}
    Interrupt With    Mm-hmm    after=1 s    mode=vad    expect=keep talking
    Agent Should Have Kept Talking

Never Speaks
    [Documentation]    There is nothing to hear, and so nothing to interrupt.
    Start Call    demo    never_speaks=True
    User Says    ${QUESTION}
    Run Keyword And Expect Error    The agent said nothing within 4 s.*    Agent Replies    timeout=4 s
    Run Keyword And Expect Error
    ...    The interruption "Hello?" did not happen: the agent was not audible within 15 s.
    ...    Interrupt With    Hello?
    Run Keyword And Expect Error    *So there is nothing to check.    Agent Should Have Stopped Within    800 ms

Had Finished Before
    [Documentation]    A reply that is over can't be interrupted, and that is no success.
    Start Call    demo
    User Says    What are your business hours?
    Run Keyword And Expect Error
    ...    The interruption "Thanks" did not happen: the agent had finished its reply after *, before the *
    ...    Interrupt With    Thanks    after=1 min

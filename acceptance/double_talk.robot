*** Settings ***
Documentation    What the caller does while both talk, and keys of the telephone as an interruption.

Library          RobotVoice

Test Teardown    End Call


*** Variables ***
${QUESTION}    Tell me about every product feature you offer
${LONG}        Wait a moment, please, because I wanted to ask you for something else, and that is account support


*** Test Cases ***
Keeps Talking
    [Documentation]    As long as nothing else is said the caller says it all, whatever the agent does.
    Start Call    demo    never_stops=True
    User Says    ${QUESTION}
    Interrupt With    ${LONG}    after=500 ms    mode=vad    expect=keep talking
    ${turns} =    Get Transcript
    Should Be Equal    ${turns[2].text}    ${LONG}

Gives Way
    [Documentation]    The caller breaks off in the middle of the line. The transcript holds no word that was not said.
    Start Call    demo    never_stops=True
    User Says    ${QUESTION}
    Run Keyword And Expect Error
    ...    The agent kept talking for at least * s after * "Wait a *(broke off)"; the caller gave way after 1??? ms.
    ...    Interrupt With
    ...    ${LONG}
    ...    after=500 ms
    ...    mode=vad
    ...    double_talk=give way after 1.5 s
    ${interruption} =    Get Interruption
    Should Be True    1.5 <= ${interruption.gave_way_after} < 1.8
    ${turns} =    Get Transcript
    Should Match    ${turns[2].text}    Wait a *(broke off)
    Should Not Contain    ${turns[2].text}    support

Does Not Have To Give Way
    [Documentation]    An agent that falls silent in time hears the whole line.
    Start Call    demo
    User Says    ${QUESTION}
    Agent Replies Without Waiting
    User Says    Wait, I meant account support    mode=vad    double_talk=give way after 1.5 s
    Agent Replies
    Agent Should Have Stopped Within    800 ms
    Judge Recovery    must_mention=support

Says It Again Until It Is Heard
    [Documentation]    An agent that is deaf while it begins to speak hears it the second time.
    ...    The latency counts from the first time.
    Start Call    demo    deaf_for=1.2 s    waits_for_caller=300 ms
    User Says    ${QUESTION}
    Interrupt With    I meant account support    mode=vad    double_talk=repeat until heard
    Agent Replies
    ${interruption} =    Get Interruption
    Should Be Equal    ${interruption.times_said}    ${2}
    Should Be True    ${interruption.stop_latency.value} > 1.5
    Judge Recovery    must_mention=support

Is Never Heard
    [Documentation]    The message tells how often the caller said it.
    Start Call    demo    never_stops=True
    User Says    ${QUESTION}
    Run Keyword And Expect Error
    ...    The agent kept talking for at least * s after the caller said "Stop, please", 3 times in all.
    ...    Interrupt With    Stop, please    mode=vad    double_talk=repeat until heard, at most 3 times

What Nobody Can Read
    [Documentation]    Each message says what is wrong and what is allowed.
    [Template]    Is Refused
    give way after 1.5    *'1.5' has no unit: write '1.5 ms' or '1.5 s'.
    give way after -1 s    *'-1 s' is negative*
    give way after 0 s    *the time has to be longer than 0 s.
    give way    *'give way' does not say when: write it with a time, such as 'give way after 1.5 s'.
    shout    *'shout' is nothing that a caller does while both talk: write 'keep talking', 'give way*

Keys Interrupt The Agent
    [Documentation]    The same outcomes and the same stop latency as with a voice, from the moment of the first key.
    Ask An Agent That Heeds Keys
    Agent Replies Without Waiting
    Press Keys    2#    after=1 s
    Agent Should Have Stopped Within    300 ms
    Agent Replies
    Judge Recovery    must_mention=support
    ${interruption} =    Get Interruption
    Should Be Equal    ${interruption.stopped_by.name}    AGENT_KEYS
    ${turns} =    Get Transcript
    Should Be Equal    ${turns[2].text}    [keys 2#]

Keys Are Not Heeded
    [Documentation]    An agent that talks on over the keys is found out.
    Start Call    demo    protocol=media_streams
    User Says    ${QUESTION}
    Agent Replies Without Waiting
    Run Keyword And Expect Error
    ...    The agent kept talking for at least * s after the caller pressed the keys 1#.
    ...    Press Keys    1#    after=500 ms

Keys Where There Are None
    [Documentation]    What the agent's row of the capability matrix lacks is an error here, too.
    Start Call    demo    protocol=openai_realtime
    User Says    ${QUESTION}
    Agent Replies Without Waiting
    Run Keyword And Expect Error    *keys (DTMF)*media_streams*    Press Keys    1

A Time For Keys That Interrupt Nobody
    [Documentation]    An argument that would do nothing is refused.
    Start Call    demo    protocol=media_streams
    Run Keyword And Expect Error    The argument after= *Agent Replies Without Waiting*    Press Keys    1    after=1 s


*** Keywords ***
Ask An Agent That Heeds Keys
    [Documentation]    Its reply is long, so there is something to interrupt.
    Start Call    demo    protocol=media_streams    stops_for_keys=True
    User Says    ${QUESTION}

Is Refused
    [Documentation]    The keyword is refused before anything happens, so it needs no call.
    [Arguments]    ${double talk}    ${sentence}
    Run Keyword And Expect Error    ${sentence}    Interrupt With    Stop    double_talk=${double talk}

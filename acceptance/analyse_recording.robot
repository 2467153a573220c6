*** Settings ***
Documentation    A recording of a call is judged as the call itself was: here one that the suite has made before.

Library          RobotVoice

Suite Setup      Record A Call


*** Variables ***
${CALL}    ${OUTPUT_DIR}/analysed/call.wav


*** Test Cases ***
The Recording Tells What The Call Told
    [Documentation]    The figures of the live call and those of its recording agree.
    Start Call    demo
    User Says    Tell me about my billing
    ${live} =    Interrupt With    Wait, I meant account support    after=1 s    mode=vad
    Agent Replies
    End Call
    ${file} =    Save Recording    analysed/short.wav
    Analyse Recording    ${file}
    ${recorded} =    Get Interruption
    Should Be Equal    ${recorded.stopped_by.value}    unknown
    Should Be True    abs($recorded.stop_latency.value - $live.stop_latency.value) < 0.05

Every Interruption Is Found
    [Documentation]    One at which the agent stopped, and one at which it did not.
    ${found} =    Analyse Recording    ${CALL}
    Length Should Be    ${found.interruptions}    2
    ${first} =    Get Interruption    1
    Should Be Equal    ${first.outcome.value}    interrupted
    ${last} =    Get Interruption
    Should Be Equal    ${last.outcome.value}    kept talking

Checks Are About The Last Interruption Of The Recording
    [Documentation]    The agent kept talking at the "mm-hmm", as it should.
    Analyse Recording    ${CALL}
    Agent Should Have Kept Talking
    Run Keyword And Expect Error
    ...    The agent kept talking for at least * s after the caller barged in; it had to stop within 800 ms.
    ...    Agent Should Have Stopped Within    800 ms

Words Are Heard On Request
    [Documentation]    Each turn is written down, and its words can be checked.
    Analyse Recording    ${CALL}    transcribe=True
    ${first} =    Get Interruption    1
    Should Contain    ${first.after}    support
    ${turns} =    Get Transcript
    Should Be Equal    ${turns[0].source}    speech to text
    Agent Reply Should Mention    features

Without Words Nothing Is Said About Them
    [Documentation]    A check that can't be made is an error.
    Analyse Recording    ${CALL}
    Run Keyword And Expect Error    The words of the recording are not known*    Agent Reply Should Mention    features

What Is No Stereo Recording Is Refused
    [Documentation]    Each time with a sentence that says what is wrong.
    Run Keyword And Expect Error    There is no audio file *    Analyse Recording    no such file.wav
    Run Keyword And Expect Error    * is a folder; an audio file is needed.    Analyse Recording    ${CURDIR}
    Run Keyword And Expect Error    * is not audio that can be read*    Analyse Recording    ${SUITE SOURCE}
    Run Keyword And Expect Error    *'middle'. There are: left, right.    Analyse Recording    ${CALL}    caller=middle

A Call And A Recording At Once Would Be Ambiguous
    [Documentation]    The checks have to know what they are about.
    Start Call    demo
    Run Keyword And Expect Error    *use End Call before Analyse Recording*    Analyse Recording    ${CALL}
    [Teardown]    End Call


*** Keywords ***
Record A Call
    [Documentation]    One interruption at which the agent stops, and a "mm-hmm" at which it does not.
    Start Call    demo
    User Says    Tell me about my billing
    Interrupt With    Wait, I meant account support    after=1 s    mode=vad
    Agent Replies
    User Says    Tell me about every product feature you offer
    Interrupt With    Mm-hmm    after=1 s    mode=vad    expect=keep talking
    Save Recording    ${CALL}
    End Call

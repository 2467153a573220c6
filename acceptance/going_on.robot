*** Settings ***
Documentation    What the agent does in spite of a sound that only says "go on": it goes on, or pauses, or begins its
...              sentence again, or loses words. Each is found, and each can be allowed.

Library          RobotVoice

Test Teardown    End Call


*** Variables ***
${QUESTION}    Tell me about every product feature you offer


*** Test Cases ***
It Goes On As If Nothing Had Been
    [Documentation]    All that the caller hears is the reply, without a pause that is not a natural one.
    The Caller Says Mm-hmm
    Agent Should Have Kept Talking

It Falls Silent And Goes On
    [Documentation]    The caller wonders whether the line is dead. How long that was, and with what the agent went on.
    The Caller Says Mm-hmm    pauses_for=1.2 s
    Run Keyword And Expect Error
    ...    The agent fell silent * ms after *, for 1* ms, and went on with "*". * without a pause longer than 700 ms.
    ...    Agent Should Have Kept Talking
    ${interruption} =    Get Interruption
    Should Be True    abs($interruption.continuation.paused_for.value - 1.2) < 0.1
    Should Be True    $interruption.continuation.went_on
    Should Be Equal    ${interruption.continuation.restarted}    ${False}
    Should Be Equal    ${interruption.continuation.skipped}    ${False}

A Short Pause Can Be Allowed
    [Documentation]    As long as the agent then says what it was going to say.
    The Caller Says Mm-hmm    pauses_for=1.2 s
    Agent Should Have Kept Talking    allowed_pause=1.5 s

It Begins Its Sentence Again
    [Documentation]    The caller has heard that before.
    The Caller Says Mm-hmm    pauses_for=1.2 s    restarts_sentence=True
    Run Keyword And Expect Error
    ...    *It said "we offer many features*" again, which the caller had heard already. * without saying words again.
    ...    Agent Should Have Kept Talking    allowed_pause=1.5 s
    Agent Should Have Kept Talking    allowed_pause=1.5 s    may_restart=True

It Loses Words
    [Documentation]    It talked on while nobody could hear it.
    The Caller Says Mm-hmm    pauses_for=1.2 s    skips_words=True
    Run Keyword And Expect Error
    ...    *It left out *, which the caller never heard. It had to keep talking without leaving words out.
    ...    Agent Should Have Kept Talking    allowed_pause=1.5 s
    Agent Should Have Kept Talking    allowed_pause=1.5 s    may_skip_words=True

It Says Something Else
    [Documentation]    It took the "mm-hmm" for a question. That is no going on, however long a pause is allowed.
    The Caller Says Mm-hmm    yields_to_backchannels=True
    Run Keyword And Expect Error
    ...    The agent stopped * after the caller barged in. It had to keep talking. It was silent for * and then said *
    ...    Agent Should Have Kept Talking    allowed_pause=20 s

What Can Not Be Told Passes Nothing
    [Documentation]    This agent tells nothing of its words: is what follows the pause its reply, or an answer?
    The Caller Says Mm-hmm    protocol=websocket    bursts=False    pauses_for=1.2 s
    Run Keyword And Expect Error
    ...    *Whether that is its reply, or an answer to the sound, could not be told.
    ...    Agent Should Have Kept Talking    allowed_pause=1.5 s

A Restart Is Heard Without A Transcript
    [Documentation]    What was said before is said again: sound and words tell that of any agent.
    The Caller Says Mm-hmm    protocol=media_streams    bursts=False    pauses_for=1.2 s    restarts_sentence=True
    Run Keyword And Expect Error
    ...    *It said "*" again, which the caller had heard already. * without saying words again.
    ...    Agent Should Have Kept Talking    allowed_pause=1.5 s

There Has To Be Something To Go On With
    [Documentation]    The agent had finished before the caller's sound.
    Start Call    demo
    User Says    What are your business hours?
    User Backchannels    mm-hmm    after=1 min
    Run Keyword And Expect Error    *So there is nothing to check.    Agent Should Have Kept Talking


*** Keywords ***
The Caller Says Mm-hmm
    [Documentation]    1.5 s into the reply of an agent that sends ahead of time, as most do.
    [Arguments]    ${bursts}=True    &{options}
    Start Call    demo    bursts=${bursts}    &{options}
    User Says    ${QUESTION}
    User Backchannels    mm-hmm    after=1.5 s

*** Settings ***
Documentation    What comes from the caller's side and is no turn of theirs must not stop the agent, nor make it talk.
...              And a caller who pauses to think has not finished.

Library          RobotVoice

Test Teardown    End Call


*** Variables ***
${QUESTION}      Tell me about every product feature you offer
${HESITATING}    I would like to ... [pause 1.2 s] uhm, change the password of my account


*** Test Cases ***
A Listener's Words Are No Interruption
    [Documentation]    They mean "go on", however often the caller says them.
    The Agent Is Asked
    User Backchannels    mm-hmm    after=1.5 s
    Agent Should Have Kept Talking
    User Backchannels    right
    Agent Should Have Kept Talking

A Cough Is No Interruption
    [Documentation]    Nobody who coughs wants to say something.
    The Agent Is Asked
    The Caller's Side Makes A Sound    cough
    Agent Should Have Kept Talking

A Door Is No Interruption
    [Documentation]    What happens in the caller's room is not the caller.
    The Agent Is Asked
    The Caller's Side Makes A Sound    door
    Agent Should Have Kept Talking

A Quiet Television Is No Interruption
    [Documentation]    So quiet that the demo agent does not hear it.
    The Agent Is Asked
    The Caller's Side Makes A Sound    television    level=-20 dB
    Agent Should Have Kept Talking

What Is Meant For The Agent Stops It
    [Documentation]    The other side of it: an agent that never stops would pass all that stands above.
    The Agent Is Asked
    The Caller's Side Makes A Sound    wait
    Agent Should Have Stopped Within    800 ms

A Listener's Word Stops A Nervous Agent
    [Documentation]    The check finds it.
    The Agent Is Asked    yields_to_backchannels=True
    User Backchannels    mm-hmm    after=1.5 s
    It Let Itself Be Disturbed

A Cough Stops A Nervous Agent
    [Documentation]    The check finds that, too.
    The Agent Is Asked    yields_to_backchannels=True
    The Caller's Side Makes A Sound    cough
    It Let Itself Be Disturbed

Side Talk Stops An Agent That Stops For Any Words
    [Documentation]    The demo agent does not ask itself whether it is meant: half a second of a voice is enough.
    The Agent Is Asked
    The Caller's Side Makes A Sound    side talk
    It Let Itself Be Disturbed

A Television Stops An Agent That Stops For Any Words
    [Documentation]    Nor does it ask itself whose voice it is.
    The Agent Is Asked
    The Caller's Side Makes A Sound    television
    It Let Itself Be Disturbed

A Keyboard Stops An Agent With Simple Ears
    [Documentation]    The demo agent's voice activity detection takes blows on keys for a voice, as usual ones do.
    The Agent Is Asked
    The Caller's Side Makes A Sound    keyboard
    It Let Itself Be Disturbed

A Sound In Silence Is No Question
    [Documentation]    From the next room, where the demo agent does not hear it.
    Start Call    demo
    It Is Quiet After A Reply
    User Makes Sound    television    level=-20 dB
    Agent Should Have Stayed Silent    2 s

A Cough In Silence Makes An Agent Talk That Answers Any Sound
    [Documentation]    The demo agent says that it did not understand.
    Start Call    demo
    It Is Quiet After A Reply
    User Makes Sound    cough
    Run Keyword And Expect Error
    ...    The agent began to talk * after the beginning of the caller's "?cough?"; it had to stay silent.
    ...    Agent Should Have Stayed Silent    6 s

A Caller Who Hesitates Has Not Finished
    [Documentation]    An agent that waits long enough hears one sentence, and answers it.
    Start Call    demo    waits_for_caller=1.6 s
    User Says    ${HESITATING}
    Agent Should Not Have Interrupted The Caller
    Agent Replies
    Agent Reply Should Mention    account support

An Agent That Takes A Pause For The End Interrupts
    [Documentation]    The message says where in the pause, and how much was still to come.
    Start Call    demo
    It Is Quiet After A Reply
    User Says    I would like to [pause 3 s] uhm, change the password of my account
    Run Keyword And Expect Error
    ...    The agent began to talk * into the caller's pause of * before the caller had finished. *
    ...    Agent Should Not Have Interrupted The Caller

What Is No Sound And What Is No Pause
    [Documentation]    The message names what was wrong, and what is allowed.
    Start Call    demo
    Run Keyword And Expect Error    There is no sound 'cuogh'; did you mean 'cough'[?] *    User Makes Sound    cuogh
    Run Keyword And Expect Error    *'6' has no unit: write '6 dB'.    User Makes Sound    cough    level=6
    Run Keyword And Expect Error
    ...    The argument after= says how long the agent is left to talk: it needs Agent Replies Without Waiting before.
    ...    User Makes Sound    cough    after=1 s
    Run Keyword And Expect Error    'door' is the name of a sound *    User Backchannels    door
    Run Keyword And Expect Error    *has [[]laughs[]] in it: *    User Says    Well [laughs] no
    Run Keyword And Expect Error    *'1.2' has no unit: *    User Says    I want [pause 1.2] tea


*** Keywords ***
The Agent Is Asked
    [Documentation]    A question with a long answer, to an agent with these options.
    [Arguments]    &{options}
    Start Call    demo    &{options}
    User Says    ${QUESTION}

The Caller's Side Makes A Sound
    [Documentation]    While the agent talks, and without a cancel signal.
    [Arguments]    ${sound}    ${level}=0 dB
    Agent Replies Without Waiting
    User Makes Sound    ${sound}    after=1.5 s    level=${level}

It Is Quiet After A Reply
    [Documentation]    The agent has loaded all that it needs by then.
    User Says    What are your opening hours?
    Agent Replies

It Let Itself Be Disturbed
    [Documentation]    The check fails, and its message says what the agent had to do.
    Run Keyword And Expect Error    *It had to keep talking*    Agent Should Have Kept Talking

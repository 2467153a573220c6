*** Settings ***
Documentation    A caller who pauses to think has not finished, and one who says nothing at all is asked.
...              A mere noise asks nobody anything.

Library          RobotVoice

Test Teardown    End Call


*** Variables ***
${HESITATING}    I would like to [pause 1.2 s] change the password of my account


*** Test Cases ***
A Patient Agent Lets The Caller Finish
    [Documentation]    It waits longer than people pause.
    Start Call    demo    waits_for_caller=1.8 s
    User Says    ${HESITATING}
    Agent Should Not Have Interrupted The Caller
    Agent Replies
    Agent Reply Should Mention    account support

An Impatient Agent Talks Into The Pause
    [Documentation]    When, and how far into which pause: the sentence says all three.
    It Talks Into The Pause
    Run Keyword And Expect Error
    ...    The agent began to talk * ms into the caller's pause of 3* ms, * before the caller had finished. *
    ...    Agent Should Not Have Interrupted The Caller

A Listener's Sound Of The Agent Can Be Allowed
    [Documentation]    What lasts longer than a mere "mm-hmm" is still an interruption.
    It Talks Into The Pause
    Run Keyword And Expect Error
    ...    The agent began to talk *
    ...    Agent Should Not Have Interrupted The Caller    allowed_sound=1 s

Each Turn Is Judged Once
    [Documentation]    After its verdict, only what the caller says from then on counts.
    It Talks Into The Pause
    Run Keyword And Expect Error    The agent began *    Agent Should Not Have Interrupted The Caller
    Run Keyword And Expect Error
    ...    The caller has said nothing since this was last checked*
    ...    Agent Should Not Have Interrupted The Caller
    User Says    What are your business hours?
    Agent Should Not Have Interrupted The Caller

An Interruption By The Caller Is None By The Agent
    [Documentation]    The agent was talking before. What it says after it has stopped counts.
    Start Call    demo
    User Says    Tell me about every product feature you offer
    Interrupt With    Sorry, what are your business hours?    after=1 s
    Agent Should Not Have Interrupted The Caller

A Recording Knows Natural Pauses Only
    [Documentation]    Of 3 s of silence nobody but the caller knows that they were meant as a pause.
    It Talks Into The Pause
    ${file} =    Save Recording    ${OUTPUT_DIR}/analysed/hesitating.wav
    End Call
    Analyse Recording    ${file}
    Agent Should Not Have Interrupted The Caller

Who Stays Silent Is Asked
    [Documentation]    The time counts from the last sound on the line, on the caller's clock.
    Start Call    demo    reprompts_after=4 s
    User Says    What are your business hours?
    Agent Replies
    Agent Should Have Reprompted Within    6 s    but_not_before=3 s
    ${asks} =    Agent Replies
    Should Contain    ${asks}    still there

Who Stays Silent Is Not Hurried
    [Documentation]    An agent that asks too soon does not let its caller think.
    Start Call    demo    reprompts_after=2 s
    User Says    What are your business hours?
    Agent Replies
    User Stays Silent    3 s
    Run Keyword And Expect Error
    ...    The agent spoke again after 2* ms of silence; allowed 6 s, and not before 4 s.
    ...    Agent Should Have Reprompted Within    6 s    but_not_before=4 s

Nobody Asks
    [Documentation]    The check waits as long as it has to, and needs to know after which reply.
    Start Call    demo
    User Says    What are your business hours?
    Run Keyword And Expect Error
    ...    No reply of the agent was waited for *
    ...    Agent Should Have Reprompted Within
    ...    2 s
    Agent Replies
    Run Keyword And Expect Error
    ...    The agent had not spoken again after 2 s of silence.
    ...    Agent Should Have Reprompted Within    2 s

A Noise Asks Nothing
    [Documentation]    A television in the next room does not, and what the caller says does.
    It Is Quiet
    User Makes Sound    television    level=-20 dB
    Agent Should Have Stayed Silent    3 s
    User Says    Hello
    Run Keyword And Expect Error
    ...    The agent began to talk * ms after the beginning of the caller's "Hello"; it had to stay silent.
    ...    Agent Should Have Stayed Silent    6 s

The Silence Of A Dead Agent Proves Nothing
    [Documentation]    It answers no noise, and nothing else either.
    Start Call    demo    never_speaks=True
    User Makes Sound    television    level=-20 dB
    Run Keyword And Expect Error
    ...    The agent has not been heard in this call, so its silence proves nothing: *
    ...    Agent Should Have Stayed Silent    1 s

An Agent That Was Talking Could Not Stay Silent
    [Documentation]    A sound over the agent's words is another question.
    Start Call    demo
    User Says    Tell me about every product feature you offer
    User Backchannels    mm-hmm    after=1 s
    Run Keyword And Expect Error    *use Agent Should Have Kept Talking.    Agent Should Have Stayed Silent

Arguments That Can Not Be Meant
    [Documentation]    Each has its sentence; so has a check of nothing.
    Start Call    demo
    Run Keyword And Expect Error    The caller has said nothing *    Agent Should Not Have Interrupted The Caller
    Run Keyword And Expect Error    *no sound yet*    Agent Should Have Stayed Silent
    Run Keyword And Expect Error    *'8' has no unit*    Agent Should Have Reprompted Within    8
    Run Keyword And Expect Error
    ...    The argument but_not_before is 9 s; it has to be shorter than the 8 s within which *
    ...    Agent Should Have Reprompted Within    8 s    but_not_before=9 s
    Run Keyword And Expect Error    *may_restart is 'perhaps'*    Agent Should Have Kept Talking    may_restart=perhaps


*** Keywords ***
It Is Quiet
    [Documentation]    The agent has answered, and nobody speaks.
    Start Call    demo
    User Says    What are your opening hours?
    Agent Replies

It Talks Into The Pause
    [Documentation]    It takes 0.6 s of silence for the end of a turn.
    It Is Quiet
    User Says    I would like to [pause 3 s] change the password of my account

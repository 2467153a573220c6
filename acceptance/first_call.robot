*** Settings ***
Documentation    The first suite of the README: a caller who changes their mind while the agent is talking.

Library          RobotVoice

Test Teardown    End Call


*** Test Cases ***
Caller Changes Their Mind Mid-Reply
    [Documentation]    The unrolled form: the reply begins in the background, and the caller's next words interrupt it.
    Start Call    demo
    User Says    Tell me about my billing
    Agent Replies Without Waiting
    User Says    Wait, I meant account support
    Agent Replies
    Agent Should Have Stopped Within    800 ms
    Judge Recovery    must_mention=support    must_not_mention=billing

Caller Asks Something Else
    [Documentation]    The short form, here after the agent has talked for a second and a half.
    Start Call    demo
    User Says    Tell me about every product feature you offer
    Interrupt With    Sorry, what are your business hours?    after=1.5 s
    Agent Replies
    Judge Recovery    must_mention=business hours

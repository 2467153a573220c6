*** Settings ***
Documentation    Both forms of an interruption, back to back in one conversation, and one judgement of both:
...              in each mode, over each protocol that the demo agent speaks.

Library          RobotVoice

Test Teardown    End Call
Test Template    Caller Interrupts Twice And The Agent Recovers


*** Variables ***
@{ANSWERS}    account support    nine to five


*** Test Cases ***    PROTOCOL    MODE    STOPPED BY
Cancel Over OpenAI Realtime    openai_realtime    cancel    CANCEL
Voice Activity Over OpenAI Realtime    openai_realtime    vad    AGENT_VAD
Cancel Over A Plain Websocket    websocket    cancel    CANCEL
Voice Activity Over A Plain Websocket    websocket    vad    AGENT_VAD
Voice Activity Over Media Streams    media_streams    vad    AGENT_VAD


*** Keywords ***
Caller Interrupts Twice And The Agent Recovers
    [Documentation]    The unrolled form, then the short form; who stopped the agent has to be told rightly.
    [Arguments]    ${protocol}    ${mode}    ${stopped by}
    Start Call    demo    protocol=${protocol}
    User Says    Tell me about my billing
    Agent Replies Without Waiting
    User Says    Wait, I meant account support    mode=${mode}
    Agent Should Have Stopped Within    800 ms
    Agent Was Stopped By    ${stopped by}
    Agent Replies
    Agent Reply Should Mention    support
    User Says    Tell me about every product feature you offer
    Interrupt With    Sorry, what are your business hours?    after=1 s    mode=${mode}
    Agent Should Have Stopped Within    800 ms
    Agent Was Stopped By    ${stopped by}
    Agent Replies
    Agent Reply Should Mention    business hours
    Judge Recovery    must_mention_any=${ANSWERS}    must_not_mention=billing

Agent Was Stopped By
    [Documentation]    The evidence names who made the agent fall silent.
    [Arguments]    ${who}
    ${interruption} =    Get Interruption
    Should Be Equal    ${interruption.stopped_by.name}    ${who}

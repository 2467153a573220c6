*** Settings ***
Documentation     A real Pipecat bot with its own voice activity detection, called through its protobuf websocket and
...               through the websocket that it has for Twilio. Only what it says is scripted.

Library           RobotVoice
Resource          pipecat_bot.resource

Suite Setup       Start The Bot
Suite Teardown    Terminate All Processes
Test Teardown     End Call


*** Variables ***
${CHANGE OF MIND}    Wait, I meant account support


*** Test Cases ***
The Bot Gives Way To The Caller's Voice
    [Documentation]    Its own Silero hears the caller, and its interruption frame says that it stopped.
    ${bot} =    Address Of The Bot
    Start Call    pipecat    url=${bot}/voice
    User Says    Tell me about my billing
    Interrupt With    ${CHANGE OF MIND}    after=1 s    mode=vad
    Agent Replies
    Agent Should Have Stopped Within    1 s
    Judge Recovery    must_mention=support    must_not_mention=billing

The Bot Takes The Cancel
    [Documentation]    The matrix prefers Pipecat's own signal, which the bot confirms.
    ${bot} =    Address Of The Bot
    Start Call    pipecat    url=${bot}/cancel
    User Says    Tell me about my billing
    Interrupt With    ${CHANGE OF MIND}    after=1 s
    Agent Replies
    ${interruption} =    Get Interruption
    Should Be Equal    ${interruption.stopped_by.name}    CANCEL

Its Clear Is The Evidence On A Telephone
    [Documentation]    RobotVoice plays Twilio: the bot's `clear` tells that it noticed the caller.
    ${bot} =    Address Of The Bot
    Start Call    media_streams    url=${bot}/telephone?serializer=twilio
    User Says    Tell me about my billing
    Interrupt With    ${CHANGE OF MIND}    after=1 s
    Agent Replies
    Agent Should Have Stopped Within    1 s
    ${interruption} =    Get Interruption
    Should Be Equal    ${interruption.stopped_by.name}    AGENT_VAD

Interruptions Switched Off Are Found Out
    [Documentation]    The bot hears the caller and talks on, as its turn strategies were told to.
    ${bot} =    Address Of The Bot
    Start Call    pipecat    url=${bot}/deaf?yields=to+cancel
    User Says    Tell me about my billing
    Run Keyword And Expect Error
    ...    The agent kept talking for at least * s after the caller said "${CHANGE OF MIND}".
    ...    Interrupt With    ${CHANGE OF MIND}    after=1 s    mode=vad

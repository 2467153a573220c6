*** Settings ***
Documentation    The verdict on a recovery: what was measured, what was said, and criteria in plain words.

Library          RobotVoice
Resource         judge.resource

Test Teardown    End Call


*** Variables ***
${FEATURES}    Tell me about every product feature you offer
${HOURS}       Sorry, what are your business hours?
@{EITHER}      change your password    reset your password


*** Test Cases ***
What Was Said And How Soon
    [Documentation]    Everything that needs no model, for an agent that recovers.
    Caller Changes From Billing To Support
    ${verdict} =    Judge Recovery
    ...    must_mention=account support
    ...    must_mention_any=${EITHER}
    ...    must_not_mention=billing
    ...    must_not_answer=forty two dollars
    ...    must_not_repeat=True
    ...    replied_within=5 s
    Should Be True    ${verdict.passed}
    Length Should Be    ${verdict.verdicts}    8

Another Answer Than Was Wanted
    [Documentation]    Every demand that is not met is named, in one paragraph.
    Caller Changes From Billing To Support
    Run Keyword And Expect Error
    ...    After the interruption the agent had to mention "9 to 5", but said: "*" After * not mention "password"*
    ...    Judge Recovery    must_mention=9 to 5    must_not_mention=password

Each Interruption Has Demands Of Its Own
    [Documentation]    By their numbers, in any order, and then nothing is left to judge.
    Caller Changes From Billing To Support
    User Says    ${FEATURES}
    Interrupt With    ${HOURS}    after=1 s
    Agent Replies
    Judge Recovery    interruption=1    must_mention=support
    Judge Recovery    interruption=2    must_mention=9 to 5    must_not_mention=billing

An Agent That Only Goes On
    [Documentation]    It had told what it was going to say, so that its old reply is known again.
    Start Call    demo    resumes=True    bursts=True
    User Says    ${FEATURES}
    Interrupt With    ${HOURS}    after=1 s
    Agent Replies
    Run Keyword And Expect Error
    ...    The agent went on with its old reply instead of answering "${HOURS}".*
    ...    Judge Recovery

Plain Words Without A Judge
    [Documentation]    Nobody guesses: the error says how to configure a judge.
    Caller Changes From Billing To Support
    Run Keyword And Expect Error
    ...    The criterion "The agent turns to support" is in plain words, * no judge is configured.*judge_url=*
    ...    Judge Recovery    The agent turns to support

Plain Words With A Judge
    [Documentation]    The judge is a stand-in: a server of its own that speaks the protocol of chat models.
    [Setup]    Start A Judge
    Caller Changes From Billing To Support
    ${verdict} =    Judge Recovery    The agent turns to account support    votes=3    must_not_mention=billing
    Should Be Equal    ${verdict.verdicts[-1].votes}    3 of 3
    Should Contain    ${verdict.verdicts[-1].quote}    account support
    Should Be Equal As Integers    ${verdict.usage.tokens_in}    3000
    [Teardown]    Stop The Judge

A Criterion That Is Not Met
    [Documentation]    The failure names the criterion and gives the judge's reason.
    [Setup]    Start A Judge
    Caller Changes From Billing To Support
    Run Keyword And Expect Error
    ...    The criterion "The agent gives its opening hours" is not met: The agent does not speak of "hours".
    ...    Judge Recovery    The agent gives its opening hours
    [Teardown]    Stop The Judge

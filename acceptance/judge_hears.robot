*** Settings ***
Documentation    A judge that is given the sound of the call, besides its words.

Library          RobotVoice    judge_hears=True
Resource         judge.resource

Test Setup       Start A Judge
Test Teardown    Stop The Judge


*** Test Cases ***
What Was Heard Of Both Sides
    [Documentation]    The stand-in tells for how long it heard each of them.
    Caller Changes From Billing To Support
    ${verdict} =    Judge Recovery    The agent turns to account support
    Should Match Regexp
    ...    ${verdict.verdicts[-1].reason}
    ...    ^The agent speaks of "support", in (\\d+\\.\\d) and \\1 s of sound\\.$
    Should Be Equal As Integers    ${verdict.usage.tokens_of_sound}    100

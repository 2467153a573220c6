*** Settings ***
Documentation    Before an agent is tested: can it be reached, does it hear us, do we hear it, and how late is it?

Library          RobotVoice


*** Test Cases ***
An Agent That Can Be Tested
    [Documentation]    Everything that was looked at works.
    ${found} =    Check Agent    demo
    Should Be True    ${found.well}
    ${what} =    Evaluate    [finding.what for finding in $found.findings if finding.works]
    Should Contain    ${what}    connection
    Should Contain    ${what}    audio to the agent
    Should Contain    ${what}    audio from the agent

An Agent That Never Speaks
    [Documentation]    The sentence says what was missing.
    ${sentence} =    Run Keyword And Expect Error    The agent 'demo' can't be tested from here: *
    ...    Check Agent    demo    never_speaks=yes
    Should Contain    ${sentence}    from the agent in

An Agent That Is Not There
    [Documentation]    There is nothing else to look at.
    Run Keyword And Expect Error    *it was refused. Is it running, is the address right?
    ...    Check Agent    websocket    url=ws://127.0.0.1:9/ws

A Call Is Not Disturbed
    [Documentation]    The examination is a call of its own.
    Start Call    demo
    Run Keyword And Expect Error    *Check Agent makes calls of its own: use End Call first.
    ...    Check Agent    demo
    [Teardown]    End Call

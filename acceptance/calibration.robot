*** Settings ***
Documentation    How truly this machine measures, found out before its figures are used: for a suite, or in a test.

Library          RobotVoice

Suite Setup      Calibrate My Setup    calls=1    within=250 ms
Test Teardown    End Call


*** Test Cases ***
The Setup Says How True It Is
    [Documentation]    Every error lies within the accuracy that is claimed, and endless talk is never taken for a stop.
    ${setup} =    Calibrate My Setup    calls=1    within=250 ms
    Length Should Be    ${setup.cases}    8
    FOR    ${case}    IN    @{setup.cases}
        IF    $case.stop == float("inf")
            Should Be Equal    ${case.censored}    ${case.n}
        ELSE
            Should Be True    abs(${case.worst}) <= ${setup.accuracy}
        END
    END

It Does Not Disturb A Call
    [Documentation]    A call that is open has the line for itself.
    Start Call    demo
    Run Keyword And Expect Error    A call to the agent 'demo' is open*    Calibrate My Setup

*** Settings ***
Documentation    A caller who presses keys, where the line has them.

Library          OperatingSystem
Library          RobotVoice

Test Teardown    End Call


*** Test Cases ***
Keys Reach The Agent
    [Documentation]    The agent's own truth tells which keys it got.
    Start Call    demo    protocol=media_streams    truth=${OUTPUT DIR}${/}truth.jsonl
    Press Keys    1#
    User Stays Silent    500 ms
    End Call
    ${truth} =    Get File    ${OUTPUT DIR}${/}truth.jsonl
    Should Match Regexp    ${truth}    (?s)"key_pressed"[^\\n]*"key": "1".*"key_pressed"[^\\n]*"key": "#"

No Keys Without A Telephone
    [Documentation]    What the agent's row of the capability matrix lacks is an error that names who has it.
    Start Call    demo    protocol=openai_realtime
    Run Keyword And Expect Error    *keys (DTMF)*media_streams*    Press Keys    1

What Is No Key
    [Documentation]    The message names what there is.
    Start Call    demo    protocol=media_streams
    Run Keyword And Expect Error    The argument keys is '1x', but a telephone has no key 'x': *    Press Keys    1x

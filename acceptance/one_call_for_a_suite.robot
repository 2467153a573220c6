*** Settings ***
Documentation    A call that is opened in the suite setup goes on; each test is judged by its own part of it.

Library          RobotVoice

Suite Setup      Start Call    demo


*** Test Cases ***
The Caller Interrupts
    [Documentation]    An interruption with its checks.
    User Says    Tell me about my billing
    Interrupt With    Wait, I meant account support    mode=vad
    Agent Should Have Stopped Within    800 ms
    Agent Replies
    Agent Reply Should Mention    support

The Next Test Is Not Judged By The One Before
    [Documentation]    The line is still open, and nothing of the first test counts any more.
    Run Keyword And Expect Error    *nothing to check.    Agent Should Have Stopped Within    800 ms
    Run Keyword And Expect Error    No reply of the agent was waited for*    Agent Reply Should Mention    support
    User Says    What are your business hours?
    Agent Replies
    Agent Reply Should Mention    business hours

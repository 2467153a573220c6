*** Settings ***
Documentation    The keywords of resources/interruptions.resource at work.

Resource         ../resources/interruptions.resource

Test Setup       Start Call    demo
Test Teardown    End Call


*** Test Cases ***
A Caller Who Changes Their Mind
    [Documentation]    The agent leaves the first question and answers the second.
    Caller Changes Their Mind
    ...    Tell me about my billing
    ...    Wait, I meant account support
    ...    answer=support
    ...    leave out=billing

A Caller Who Listens Audibly
    [Documentation]    The agent is not put off by a listener's sound.
    Caller Says Mm-Hmm While Listening    Tell me about every product feature you offer

The Judgement Waits For The End Of The Reply
    [Documentation]    Without Agent Replies, too, the whole answer is judged and not its beginning.
    User Says    Tell me about my billing
    Interrupt With    Sorry, what are your business hours?
    Judge Recovery    must_mention=the office is closed    must_not_mention=billing
    Run Keyword And Expect Error    There is no interruption to judge*    Judge Recovery

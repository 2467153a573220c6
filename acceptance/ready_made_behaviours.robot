*** Settings ***
Documentation    The keywords of resources/ at work: callers who interrupt, who listen, and who call from somewhere.

Library          RobotVoice
Resource         ../resources/interruptions.resource
Resource         ../resources/lines.resource
Resource         ../resources/listening.resource

Test Teardown    End Call


*** Variables ***
${LONG QUESTION}    Tell me about every product feature you offer


*** Test Cases ***
A Caller Who Changes Their Mind
    [Documentation]    The agent leaves the first question and answers the second.
    Start Call    demo
    Caller Changes Their Mind
    ...    Tell me about my billing
    ...    Wait, I meant account support
    ...    answer=support
    ...    leave out=billing

A Caller Who Interrupts The Recovery
    [Documentation]    What the agent says to the first interruption is interrupted as well.
    Start Call    demo
    Caller Interrupts The Answer To The Interruption
    ...    ${LONG QUESTION}
    ...    Tell me about my billing
    ...    Sorry, what are your business hours?
    ...    answer=nine to five

A Caller Who Listens Audibly
    [Documentation]    The agent is not put off by a listener's word, by a cough or by a door.
    Start Call    demo
    Caller Says Mm-Hmm While Listening    ${LONG QUESTION}
    Agent Replies
    Agent Is Not Put Off By    cough    ${LONG QUESTION}
    Agent Replies
    Agent Does Not Answer A Mere Noise    television    level=-20 dB

A Caller Who Hesitates And Then Says Nothing
    [Documentation]    Its pauses are not the end, but a long silence is a reason to ask.
    Start Call    demo    waits_for_caller=2 s    reprompts_after=4 s
    Caller Hesitates    I would like to [pause 1.2 s] uhm, know your business hours
    Agent Replies
    Caller Says Nothing More    What are your business hours?

A Caller On The Road
    [Documentation]    Lost packets and traffic keep nobody from interrupting, nor the agent from talking.
    Caller Is On The Road
    Start Call    demo
    Agent Talks Through The Noise    What are your business hours?    closed
    User Says    ${LONG QUESTION}
    Interrupt With    Tell me about my billing    after=1 s
    Agent Should Have Kept To The Policy    phone

A Legal Disclosure
    [Documentation]    There are things that an agent has to say to the end.
    Start Call    demo    never_stops=True
    User Says    ${LONG QUESTION}
    Interrupt With    Stop    after=1 s    mode=vad    expect=keep talking
    Agent Should Have Kept To The Policy    legal disclosure must not be interrupted
    Run Keyword And Expect Error    There is no policy 'television'.*
    ...    Agent Should Have Kept To The Policy    television

The Judgement Waits For The End Of The Reply
    [Documentation]    Without Agent Replies, too, the whole answer is judged and not its beginning.
    Start Call    demo
    User Says    Tell me about my billing
    Interrupt With    Sorry, what are your business hours?
    Judge Recovery    must_mention=the office is closed    must_not_mention=billing
    Run Keyword And Expect Error    There is no interruption to judge*    Judge Recovery

*** Settings ***
Documentation    A caller interrupts at a moment of their choice: after words that they have heard, in a pause, just
...              before the end, while a tool runs, before the first word; twice in a row, and in the recovery itself.
...              A moment that does not come is told with its reason.

Library          RobotVoice

Test Teardown    End Call


*** Variables ***
${BILLING}          Tell me about my billing
${SUPPORT}          Wait, I meant account support
${HOURS}            What are your business hours?
${NOTHING SHOWN}    and nothing shows that it would have gone on


*** Test Cases ***
After Five Words
    [Documentation]    The caller has heard "Let me tell you about".
    Start Call    demo
    User Says    ${BILLING}
    Interrupt With    ${SUPPORT}    after_words=5
    Agent Should Have Stopped Within    800 ms
    The Interruption Was    after 5 words of the agent's reply
    Agent Replies
    Agent Reply Should Mention    support

Some Time After A Few Words
    [Documentation]    The time counts from the last of them.
    Start Call    demo
    User Says    ${BILLING}
    Interrupt With    ${SUPPORT}    after_words=5    after=500 ms
    Agent Should Have Stopped Within    800 ms
    The Interruption Was    500 ms after 5 words of the agent's reply

After A Phrase
    [Documentation]    It is found however it is written.
    Start Call    demo
    User Says    ${BILLING}
    Interrupt With    ${SUPPORT}    after_phrase=42 dollars
    Agent Should Have Stopped Within    800 ms
    The Interruption Was    after the agent said "42 dollars"
    ${interruption} =    Get Interruption
    Should Contain    ${interruption.before}    last bill

In The Gap Between Two Sentences
    [Documentation]    The agent goes on for a moment, notices the caller, and gives way.
    Start Call    demo
    User Says    ${BILLING}
    Interrupt With    ${SUPPORT}    when=gap    mode=vad
    The Interruption Was    in a pause of the agent's reply
    Agent Should Have Stopped Within    800 ms

In The Gap Of An Agent That Gives Way At Once
    [Documentation]    It does not go on, and its protocol tells that it would have.
    Start Call    demo    stops_after=100 ms
    User Says    ${BILLING}
    Interrupt With    ${SUPPORT}    when=gap    mode=vad
    ${interruption} =    Get Interruption
    Should Be True    ${interruption.was_silent}
    Should Be Equal    ${interruption.stop_latency.value}    ${0.0}
    Agent Should Have Stopped Within    800 ms
    Agent Replies
    Judge Recovery    must_mention=support    must_not_mention=billing

In The Gap Of An Agent That Does Not Listen
    [Documentation]    Its next sentence comes over the caller's words.
    Start Call    demo    never_stops=True
    User Says    ${BILLING}
    Run Keyword And Expect Error
    ...    The agent kept talking for at least * s after the caller said "${SUPPORT}".
    ...    Interrupt With    ${SUPPORT}    when=gap    mode=vad

Just Before The Reply Ends
    [Documentation]    Only of an agent that sends its reply ahead of time can the end be known.
    Start Call    demo    bursts=True
    User Says    ${BILLING}
    Interrupt With    ${SUPPORT}    before_end=1.5 s    mode=vad
    The Interruption Was    1500 ms before the end of the agent's reply
    Agent Should Have Stopped Within    800 ms

While A Tool Runs
    [Documentation]    The agent looks something up, hears its caller out, and answers what they said last. It had
    ...    nothing to fall silent with, so this counts as no interruption.
    Start Call    demo    calls_tool=2 s
    User Says    ${BILLING}
    Interrupt With    ${SUPPORT}    when=tool    mode=vad    expect=anything
    The Agent Was Silent And Stayed So
    Agent Replies
    Agent Reply Should Mention    support
    Agent Reply Should Not Mention    billing

Before The First Word
    [Documentation]    The same while the agent thinks.
    Start Call    demo    reply_delay=2 s
    User Says    ${BILLING}
    Interrupt With    ${SUPPORT}    when=thinking    after=1 s    mode=vad    expect=anything
    The Agent Was Silent And Stayed So
    Agent Replies
    Agent Reply Should Mention    support

Twice In A Row
    [Documentation]    The caller corrects themselves before the agent has answered the first time.
    Start Call    demo
    User Says    Tell me about every product feature you offer
    Interrupt With    ${SUPPORT}    after=1 s    mode=vad
    Agent Should Have Stopped Within    800 ms
    Interrupt With    No, sorry, tell me your business hours    when=thinking    mode=vad    expect=anything
    Agent Replies
    Agent Reply Should Mention    business hours
    ${first} =    Get Interruption    1
    Should Be Equal    ${first.outcome.name}    INTERRUPTED
    Should Be Equal    ${first.reply_onset}    ${None}

In The Recovery Itself
    [Documentation]    The answer to the first interruption is interrupted, too.
    Start Call    demo
    User Says    ${BILLING}
    Interrupt With    ${SUPPORT}    after=1 s
    Agent Should Have Stopped Within    800 ms
    Interrupt With    ${HOURS}    after_phrase=account support
    Agent Should Have Stopped Within    800 ms
    Agent Replies
    Agent Reply Should Mention    business hours
    Judge Recovery    must_not_mention=billing

A Reply With Too Few Words
    [Documentation]    The reason counts what was heard.
    Start Call    demo
    User Says    ${HOURS}
    Did Not Happen    the agent's reply ended after * words, before the 200 words of after_words\= were heard
    ...    after_words=200

A Phrase That The Agent Never Says
    [Documentation]    That is plain when its reply has ended.
    Start Call    demo
    User Says    ${HOURS}
    Did Not Happen    the agent never said "refund": its reply ended after * words    after_phrase=refund

A Phrase That Does Not Come In Time
    [Documentation]    Nobody waits longer than they want.
    Start Call    demo
    User Says    ${HOURS}
    Did Not Happen    the agent never said "refund" within 3 s    after_phrase=refund    timeout=3 s

An End That Nobody Can Know
    [Documentation]    This agent sends its words only as it speaks them.
    Start Call    demo
    User Says    ${HOURS}
    Did Not Happen    the end of the agent's reply could not be known 500 ms before it came: *    before_end=500 ms

A Tool That Is Never Called
    [Documentation]    This agent answers without one.
    Start Call    demo
    User Says    ${HOURS}
    Did Not Happen    no tool call of the agent came within 4 s    when=tool    timeout=4 s

An Agent That Answers Too Soon
    [Documentation]    Its first word was there before the caller's moment.
    Start Call    demo
    User Says    ${HOURS}
    Did Not Happen    the agent spoke * after the caller's last word, before the 20 s were over
    ...    when=thinking    after=20 s

What Excludes Each Other Or Means Nothing
    [Documentation]    Nothing is said before the options make sense.
    Start Call    demo
    Is Refused    The arguments when\=gap and after_words exclude each other: *    when=gap    after_words=3
    Is Refused    The arguments after and before_end exclude each other: *    before_end=1 s    after=1 s
    Is Refused    The argument after_words is 0; it has to be 1 or more.    after_words=0
    Is Refused    The phrase '' holds no word that could be looked for.    after_phrase=${EMPTY}
    Is Refused    *'500' has no unit: write '500 ms' or '500 s'.*    before_end=500
    Is Refused    *'5' has no unit: write '5 ms' or '5 s'.*    timeout=5

Words Of An Agent That Sends None
    [Documentation]    It is told before anything is said, and who does send them.
    Start Call    demo    protocol=media_streams
    Is Refused
    ...    The agent 'demo' has no streaming transcripts (capability 'streaming_transcripts'). *
    ...    after_words=3


*** Keywords ***
The Interruption Was
    [Documentation]    The evidence names the moment.
    [Arguments]    ${moment}
    ${interruption} =    Get Interruption
    Should Be Equal    ${interruption.trigger}    ${moment}

The Agent Was Silent And Stayed So
    [Documentation]    The caller did speak, and there was nothing to stop.
    ${interruption} =    Get Interruption
    Should Be Equal    ${interruption.outcome.name}    DID_NOT_HAPPEN
    Should Be Equal    ${interruption.reason}    the agent was not speaking, ${NOTHING SHOWN}
    Should Be True    ${interruption.barge_in} > 0

Did Not Happen
    [Documentation]    The caller waits in vain, and the reason is told.
    [Arguments]    ${reason}    &{when}
    Run Keyword And Expect Error
    ...    The interruption "${SUPPORT}" did not happen: ${reason}.
    ...    Interrupt With    ${SUPPORT}    &{when}

Is Refused
    [Documentation]    A sentence says what is wrong.
    [Arguments]    ${sentence}    &{when}
    Run Keyword And Expect Error    ${sentence}    Interrupt With    ${SUPPORT}    &{when}

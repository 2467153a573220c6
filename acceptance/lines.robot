*** Settings ***
Documentation    What the caller calls over: a telephone, a mobile, bad wifi, a noisy room, a loudspeaker.
...
...              The agent has to stop for its caller on each of them, and to talk through what is only noise.

Library          RobotVoice

Test Teardown    End Call


*** Variables ***
${QUESTION}          Tell me about every product feature you offer
${OTHER QUESTION}    Sorry, what are your business hours?


*** Test Cases ***
Interrupted On A Telephone
    [Documentation]    300 to 3400 Hz and G.711: what a call to a phone number sounds like.
    Agent Is Interrupted On    phone

Interrupted On A Mobile
    [Documentation]    A rougher codec, a packet in fifty lost, and a level that drifts.
    Agent Is Interrupted On    mobile

Interrupted On Bad Wifi
    [Documentation]    Packets lost in bursts, and 80 ms of jitter. The figure's uncertainty knows of both.
    Agent Is Interrupted On    bad wifi

The Line Gets Worse During The Call
    [Documentation]    What is said from then on goes over the new line.
    Start Call    demo
    User Says    What are your business hours?
    Agent Replies
    Use Line    mobile    loss=5 %    seed=3
    User Says    ${QUESTION}
    Interrupt With    Wait, I meant account support    mode=vad
    Agent Should Have Stopped Within    1.2 s

The Agent Talks Through The Noise Of A Street
    [Documentation]    Noise is no caller. It is there all the time, also while the agent speaks, and stops nothing.
    Use Line    phone    noise=street    snr=15 dB
    Start Call    demo
    User Says    What are your business hours?
    Agent Replies
    Agent Reply Should Mention    nine to five
    Agent Reply Should Mention    the office is closed
    ${turns} =    Get Transcript
    Length Should Be    ${turns}    2

A Quiet Caller In A Cafe Is Still Understood
    [Documentation]    The caller is 6 dB quieter than usual, and others talk around them.
    Use Line    noise=cafe    snr=20 dB    level=-6 dB
    Start Call    demo
    User Says    What are your business hours?
    Agent Replies
    Agent Reply Should Mention    the office is closed

A Room Full Of People Is Too Much For This Agent
    [Documentation]    The demo agent takes the babble for a caller who never comes to an end, and does not answer.
    Use Line    noise=babble    snr=10 dB
    Start Call    demo
    User Says    What are your business hours?
    Run Keyword And Expect Error    The agent said nothing within 5 s.*    Agent Replies    timeout=5 s

A Loudspeaker Makes The Agent Interrupt Itself
    [Documentation]    The demo agent has no echo canceller: it takes its own voice for the caller's.
    Use Line    echo=-6 dB    echo_delay=150 ms
    Start Call    demo    yields_to_backchannels=True
    User Says    ${QUESTION}
    Agent Replies
    Run Keyword And Expect Error
    ...    The agent's reply had to mention "eight people", but it was: *
    ...    Agent Reply Should Mention    eight people

Lines That There Are Not
    [Documentation]    Each mistake gets a sentence that says what is allowed.
    Run Keyword And Expect Error
    ...    There is no line 'fone'; did you mean 'phone'? There are: clean, phone, mobile, bad wifi.
    ...    Use Line    fone
    Run Keyword And Expect Error
    ...    There is no noise 'bable'; did you mean 'babble'? There are: *; or name a sound file of your own.
    ...    Use Line    noise=bable
    Run Keyword And Expect Error    There is no audio file 'nowhere.wav'.    Use Line    noise=nowhere.wav
    Run Keyword And Expect Error    *'5' has no per cent sign: write '5 %'.    Use Line    loss=5
    Run Keyword And Expect Error    *'150 %' is more than 100 %.    Use Line    loss=150 %
    Run Keyword And Expect Error    *'-5 %' is not a percentage*    Use Line    loss=-5 %
    Run Keyword And Expect Error    *'60' has no unit: write '60 ms' or '60 s'.    Use Line    jitter=60
    Run Keyword And Expect Error    *'10' has no unit: write '10 dB'.    Use Line    noise=pink    snr=10
    Run Keyword And Expect Error    The argument snr says more about noise: *    Use Line    snr=10 dB


*** Keywords ***
Agent Is Interrupted On
    [Documentation]    In its answer, by another question, which it has to answer: on this line too.
    [Arguments]    ${line}
    Use Line    ${line}    seed=7
    Start Call    demo
    User Says    ${QUESTION}
    Interrupt With    ${OTHER QUESTION}    after=1 s    mode=vad
    Agent Replies
    Agent Should Have Stopped Within    1.2 s
    Judge Recovery    must_mention=Friday

*** Settings ***
Documentation     Callers as they really are, and a real Pipecat bot: they interrupt at a moment of their choice, listen
...               aloud, cough, hesitate, and call over bad lines.
...
...               The bot's own Silero hears them, and its own turn strategies decide what that means. What it takes for
...               a turn is a matter of how it is set up, so each test names that. What it says is scripted, and so are
...               the words that it understands.

Library           RobotVoice    watch=2.5 s
Resource          pipecat_bot.resource

Suite Setup       Start The Bot
Suite Teardown    Terminate All Processes
Test Teardown     End Call


*** Variables ***
${BILLING}             Tell me about my billing
${SUPPORT}             Wait, I meant account support
${HESITATING}          I would like to uhm [pause 1.2 s] change my address
${TWO HALVES}          I would like to|change my address.
${A LISTENER}          Tell me about my billing.|Mm-hmm.
${A NOISE}             Tell me about my billing.|
${SOMEBODY ELSE}       Tell me about my billing.|Are you coming?
${LIMIT}               1 s
${ALLOWED BY WORDS}    3.5 s


*** Test Cases ***
In The Gap Between Two Sentences
    [Documentation]    The bot has its next sentence ready, and does not say it.
    The Bot Is Asked
    Interrupt With    ${SUPPORT}    when=gap    mode=vad
    Agent Should Have Stopped Within    ${LIMIT}

While The Bot Thinks
    [Documentation]    It drops the answer that it was thinking of. There was nothing to fall silent with, so this
    ...    counts as no interruption.
    The Bot Is Asked    thinks_for=2
    Interrupt With    ${SUPPORT}    when=thinking    after=1 s    mode=vad    expect=anything
    ${interruption} =    Get Interruption
    Should Be Equal    ${interruption.outcome.name}    DID_NOT_HAPPEN
    Should Be True    ${interruption.barge_in} > 0
    Agent Replies
    Agent Reply Should Mention    account support
    Agent Reply Should Not Mention    billing

Just Before The Reply Ends
    [Documentation]    The bot sends its voice and its words as it speaks them: when its reply will end, nobody knows.
    The Bot Is Asked
    Interrupt With    ${SUPPORT}    after=500 ms    mode=vad
    Run Keyword And Expect Error
    ...    The interruption "No" did not happen: the end of the agent's reply could not be known 500 ms before it *
    ...    Interrupt With    No    before_end=500 ms    mode=vad

A Listener's Word Stops A Bot That Stops For Any Voice
    [Documentation]    That is how Pipecat is set up unless it is told otherwise: Silero hears a voice, and the bot
    ...    stops, thinks, and answers an "mm-hmm".
    The Bot Is Asked    understands=${A LISTENER}    thinks_for=1
    User Backchannels    mm-hmm    after=1 s
    It Let Itself Be Disturbed

A Listener's Word Does Not Stop A Bot That Waits For Three
    [Documentation]    It hears the same "mm-hmm", and counts its words.
    The Bot Is Asked    understands=${A LISTENER}    yields=to three words
    User Backchannels    mm-hmm    after=1 s
    Agent Should Have Kept Talking

A Bot That Waits For Three Words Stops Late
    [Documentation]    The price of it: the words are there to be counted once the caller has said them.
    The Bot Is Asked    yields=to three words
    Interrupt With    ${SUPPORT}    after=1 s    mode=vad
    Run Keyword And Expect Error
    ...    The agent stopped * after the caller barged in; allowed ${LIMIT}.
    ...    Agent Should Have Stopped Within    ${LIMIT}
    Agent Should Have Stopped Within    ${ALLOWED BY WORDS}

A Cough Is No Interruption
    [Documentation]    Silero tells it from a voice.
    The Bot Is Asked    understands=${A NOISE}
    The Caller's Side Makes A Sound    cough
    Agent Should Have Kept Talking

A Keyboard Is No Interruption
    [Documentation]    Silero tells that from a voice, too, as simpler ears do not.
    The Bot Is Asked    understands=${A NOISE}
    The Caller's Side Makes A Sound    keyboard
    Agent Should Have Kept Talking

Side Talk Stops A Bot That Stops For Any Voice
    [Documentation]    Silero does not ask who is meant.
    The Bot Is Asked    understands=${SOMEBODY ELSE}
    The Caller's Side Makes A Sound    side talk
    It Let Itself Be Disturbed

A Caller Who Hesitates Has Not Finished
    [Documentation]    Pipecat's smart turn hears from the "uhm" that more is to come.
    The Bot Is Called    understands=${TWO HALVES}
    User Says    ${HESITATING}
    Agent Should Not Have Interrupted The Caller

A Bot That Waits For Silence Interrupts
    [Documentation]    The same caller, and 0.6 s of silence in place of smart turn.
    The Bot Is Called    understands=${TWO HALVES}    ends_turns=by silence
    User Says    ${HESITATING}
    Run Keyword And Expect Error
    ...    The agent began to talk * into the caller's pause of 12* ms, * before the caller had finished. *
    ...    Agent Should Not Have Interrupted The Caller

Over A Telephone
    [Documentation]    RobotVoice plays Twilio: 300 to 3400 Hz, G.711, and the bot's `clear`.
    Use Line    phone
    The Bot Is Called    agent=media_streams    serializer=twilio
    User Says    ${BILLING}
    Interrupt With    ${SUPPORT}    after=1 s
    Agent Should Have Stopped Within    ${LIMIT}
    ${interruption} =    Get Interruption
    Should Be Equal    ${interruption.stopped_by.name}    AGENT_VAD

After A Phrase Over Bad Wifi
    [Documentation]    Packets lost in bursts, and 80 ms of jitter. The bot tells its words as it speaks them, so the
    ...    caller can wait for some, and Silero hears the caller all the same.
    Use Line    bad wifi    seed=7
    The Bot Is Asked
    Interrupt With    ${SUPPORT}    after_phrase=your billing    mode=vad
    Agent Should Have Stopped Within    1.5 s


*** Keywords ***
The Bot Is Called
    [Documentation]    Set up for this call as the options say; the rest is as Pipecat has it.
    [Arguments]    ${agent}=pipecat    &{options}
    ${bot} =    Address Of The Bot
    ${name} =    Evaluate    re.sub(r"\\W+", "-", $TEST_NAME)
    ${set up} =    Evaluate    urllib.parse.urlencode($options)
    Start Call    ${agent}    url=${bot}/${name}?${set up}

The Bot Is Asked
    [Documentation]    A question with a long answer, to a bot that is set up so.
    [Arguments]    &{options}
    The Bot Is Called    &{options}
    User Says    ${BILLING}

The Caller's Side Makes A Sound
    [Documentation]    While the bot talks, and without a cancel signal.
    [Arguments]    ${sound}
    Agent Replies Without Waiting
    User Makes Sound    ${sound}    after=1 s

It Let Itself Be Disturbed
    [Documentation]    The check fails, and its message says with what the bot went on.
    Run Keyword And Expect Error
    ...    The agent stopped * It had to keep talking. It was silent for * and then said "I can help you*
    ...    Agent Should Have Kept Talking

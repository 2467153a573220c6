"""What happened, from the audio of the call: figures, picture, report. Pure: no clock, socket or task."""

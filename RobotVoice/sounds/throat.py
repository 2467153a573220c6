"""Sounds that a caller makes with throat, mouth and nose, without a word."""

from __future__ import annotations

import numpy as np

from RobotVoice.sounds.waves import Chance, Mode, Wave, band, curve, even, laid_out, noise, ringing, voice

_OPEN = (Mode(820, 130), Mode(1300, 160, 0.6), Mode(2700, 220, 0.35), Mode(3800, 300, 0.2))
"""The throat behind an open mouth, as in "ah"."""
_WIDE = (Mode(700, 350), Mode(1500, 400, 0.8), Mode(2700, 500, 0.7), Mode(4100, 700, 0.5))
"""The same while air rushes through the open folds: they couple the windpipe, which damps all resonances."""
_CLOSED = (Mode(260, 90), Mode(1050, 200, 0.25), Mode(2300, 300, 0.1))
"""The throat behind a mouth that is shut: the nose, as in "mm"."""


def cough(chance: Chance) -> Wave:
    """A burst, air that rushes out, and a voiced end.

    The three phases of a cough, and their lengths: Korpas, Sadlonova and Vrabec, "Analysis of the cough sound: an
    overview", Pulmonary Pharmacology 9 (1996).
    """
    burst = noise(0.42, chance) * curve(0.42, (0, 0), (0.002, 1), (0.02, 0.3), (0.05, 0))
    rush = noise(0.42, chance, 0.2) * curve(0.42, (0, 0), (0.02, 1), (0.08, 0.8), (0.2, 0.35), (0.3, 0.12), (0.4, 0))
    folds = voice(curve(0.42, (0, 380), (0.25, 300), (0.42, 180)), chance, 0.06)
    end = even(ringing(folds, _OPEN)) * curve(0.42, (0, 0.05), (0.2, 0.1), (0.27, 0.8), (0.33, 0.6), (0.41, 0))
    return even(ringing(burst + rush, _WIDE)) + 0.6 * burst + end


def sneeze(chance: Chance) -> Wave:
    """Air drawn in, a moment of nothing, "tchoo"."""
    gasp = ringing(noise(0.45, chance, 0.3), _WIDE) * curve(0.45, (0, 0), (0.1, 0.3), (0.38, 1), (0.43, 0))
    hiss = band(noise(0.32, chance), 2600, 9000) * curve(0.32, (0, 0), (0.004, 1), (0.09, 0.8), (0.22, 0.2), (0.3, 0))
    blow = ringing(noise(0.32, chance, 0.2), _WIDE) * curve(0.32, (0, 0), (0.01, 1), (0.12, 0.5), (0.3, 0))
    pitch = curve(0.3, (0, 330), (0.1, 290), (0.28, 200))
    oo = ringing(voice(pitch, chance, 0.04), (Mode(360, 80), Mode(950, 120, 0.3), Mode(2500, 250, 0.05)))
    call = even(oo) * curve(0.3, (0, 0), (0.06, 0.8), (0.15, 0.7), (0.28, 0))
    return laid_out(1.05, ((0, 0.2 * even(gasp)), (0.5, 0.8 * even(hiss) + 0.7 * even(blow)), (0.62, 0.5 * call)))


def throat_clearing(chance: Chance) -> Wave:
    """ "Ahem": folds that rattle, twice, behind a mouth that is nearly shut."""
    rasps = []
    for begin, lasts in ((0.0, 0.22), (0.3, 0.34)):
        pitch = curve(lasts, (0, 170), (lasts * 0.6, 150), (lasts, 120))
        folds = voice(pitch, chance, 0.14)
        air = noise(lasts, chance, 0.3) * (0.4 + 0.6 * np.clip(folds, 0, 2))
        rise_and_fall = curve(lasts, (0, 0), (0.03, 1), (lasts * 0.7, 0.7), (lasts, 0))
        rasps.append((begin, (even(ringing(folds, _CLOSED)) + 0.5 * even(ringing(air, _WIDE))) * rise_and_fall))
    return laid_out(0.64, rasps)


def laugh(chance: Chance) -> Wave:
    """ "Ha ha ha ha ha", ever softer.

    Notes that last 75 ms and begin every 210 ms, and a decrescendo: Provine and Yong, "Laughter: a stereotyped human
    vocalization", Ethology 89 (1991).
    """
    notes = []
    for number in range(5):
        pitch = curve(0.2, (0, 400 - 25 * number), (0.1, 380 - 30 * number), (0.2, 270 - 20 * number))
        air = ringing(noise(0.2, chance, 0.3), _WIDE) * curve(
            0.2, (0, 0), (0.04, 1), (0.09, 0.3), (0.18, 0.15), (0.2, 0)
        )
        folds = voice(pitch, chance, 0.04) * curve(0.2, (0, 0), (0.06, 0), (0.085, 1), (0.135, 0.9), (0.17, 0))
        note = 0.15 * even(air) + even(ringing(folds, _OPEN))
        notes.append((0.21 * number + chance.uniform(-0.01, 0.01) * bool(number), note * 0.75**number))
    return laid_out(1.03, notes)


def breath(chance: Chance) -> Wave:
    """A long breath out, against the microphone."""
    air = ringing(noise(0.9, chance, 0.4), _WIDE) * curve(0.9, (0, 0), (0.12, 1), (0.35, 0.7), (0.9, 0))
    puff = band(noise(0.9, chance, 1.0), 20, 160) * curve(0.9, (0, 0), (0.05, 1), (0.4, 0.3), (0.9, 0))
    return even(air) + 0.6 * even(puff)

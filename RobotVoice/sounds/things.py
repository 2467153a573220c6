"""Sounds of the things around a caller, and of the dog."""

from __future__ import annotations

import numpy as np

from RobotVoice.sounds.waves import (
    Chance,
    Mode,
    Wave,
    band,
    curve,
    even,
    in_a_room,
    laid_out,
    noise,
    ringing,
    times,
    voice,
)

_TOUCH = 0.0003
"""Seconds that two hard things touch when one strikes the other; the sooner it is over, the brighter is the sound."""


def door(chance: Chance) -> Wave:
    """A door falls shut: the latch, the leaf, the frame that shakes, and the room."""
    leaf = [Mode(hz, 3.5 + hz / 60, 1 / (1 + hz / 300)) for hz in (58, 97, 142, 211, 298, 402, 545, 760)]
    latch = [Mode(hz, 220) for hz in (1900, 2700, 3900)]
    blow = ringing(_struck(0.004, chance), leaf, tail=0.6)
    rattle = laid_out(0.5, [(chance.uniform(0.05, 0.2), _struck(0.002, chance)) for _ in range(4)])
    shaking = ringing(rattle, [Mode(320, 40), Mode(740, 70, 0.6), Mode(1150, 90, 0.4)])
    click = ringing(_struck(_TOUCH, chance), latch, tail=0.05)
    parts = ((0.0, 0.3 * _peaked(click)), (0.03, _peaked(blow)), (0.03, 0.5 * _peaked(shaking)))
    return in_a_room(laid_out(0.75, parts), chance, share=0.6, reverberation=0.7)


def keyboard(chance: Chance) -> Wave:
    """Somebody types: for each key the click on the way down, its bottom, and the spring on the way up."""
    strokes = []
    at = 0.0
    while at < 2.8:
        force = chance.uniform(0.6, 1.0)
        strokes += [(at, force * _key(chance)), (at + chance.uniform(0.07, 0.11), 0.35 * force * _key(chance))]
        at += float(np.clip(chance.lognormal(np.log(0.15), 0.4), 0.07, 0.5))
    return in_a_room(band(laid_out(3.0, strokes), 120, 11000), chance, share=0.25, reverberation=0.25)


def phone(chance: Chance) -> Wave:
    """Another telephone in the room rings, once: two bells and a clapper that strikes them 20 times a second."""
    strikes = []
    partials = (1, 2.76, 5.4)
    bells = [[Mode(hz * one, 1.5 + hz * one / 900, 1 / one) for one in partials] for hz in (1250, 1480)]
    for number in range(40):
        bell = ringing(_struck(_TOUCH, chance), bells[number % 2], tail=0.6)
        strikes.append((number / 20, chance.uniform(0.85, 1.0) * _peaked(bell)))
    return in_a_room(laid_out(2.4, strikes), chance, share=0.3)


def dishes(chance: Chance) -> Wave:
    """Plates and cutlery that are put away."""
    moments = np.sort(chance.uniform(0.0, 1.3, size=9))
    pieces = [(float(at - moments[0]), chance.uniform(0.3, 1.0) * _piece(chance)) for at in moments]
    return in_a_room(laid_out(1.6, pieces), chance, share=0.3)


def dog(chance: Chance) -> Wave:
    """Two barks: a harsh voice whose pitch leaps up and falls."""
    barks = []
    for begin in (0.0, 0.42):
        pitch = curve(0.22, (0, 420), (0.05, 880), (0.12, 760), (0.22, 400)) * chance.uniform(0.95, 1.05)
        folds = voice(pitch, chance, 0.2) + noise(0.22, chance, 0.1)
        throat = (Mode(900, 260), Mode(1900, 300, 0.9), Mode(3100, 400, 0.6), Mode(4600, 600, 0.4))
        barks.append((begin, ringing(folds, throat) * curve(0.22, (0, 0), (0.015, 1), (0.12, 0.8), (0.22, 0))))
    return in_a_room(laid_out(0.8, barks), chance, share=0.3)


def traffic(chance: Chance) -> Wave:
    """A street behind a window, and a car that passes: its tyres, and its engine."""
    lasts = 4.0
    near = np.exp(-np.square((times(lasts) - 2.1) / 0.8))
    tyres = band(noise(lasts, chance, 0.3), 300, 1600) * near
    pitch = curve(lasts, (0, 78), (2.1, 74), (4, 66))
    engine = ringing(voice(pitch, chance, 0.05), [Mode(110, 40), Mode(240, 80, 0.5)])
    return 0.4 * even(band(noise(lasts, chance, 0.9), 30, 900)) + even(tyres) + 0.4 * even(engine) * near


def music(chance: Chance) -> Wave:
    """What plays while one is on hold: broken chords of a plucked instrument."""
    chords = ((262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294))
    notes: list[tuple[float, Wave]] = []
    for bar, chord in enumerate(chords):
        notes.append((bar, _string(chord[0], chance)))
        notes += [(bar + beat / 4, 0.7 * _string(chord[step], chance)) for beat, step in enumerate((0, 1, 2, 1))]
    return band(laid_out(4.0, notes), 120, 5000)


def white_noise(chance: Chance) -> Wave:
    """The same power at every frequency."""
    return noise(1.0, chance)


def pink_noise(chance: Chance) -> Wave:
    """The same power in every octave."""
    return noise(1.0, chance, 0.5)


def _key(chance: Chance) -> Wave:
    cap = [Mode(chance.uniform(2200, 4800), 400, 0.8), Mode(chance.uniform(5000, 7500), 700, 0.5)]
    case = [Mode(chance.uniform(180, 320), 90, 0.4), Mode(chance.uniform(500, 900), 120, 0.4)]
    return _peaked(ringing(_struck(_TOUCH, chance), [*cap, *case], tail=0.04))


def _piece(chance: Chance) -> Wave:
    """A plate, a glass or a fork that is touched by another."""
    lowest = chance.uniform(900, 2600)
    partials = enumerate((1, 1.52, 2.41, 3.3), 1)
    modes = [Mode(lowest * partial, chance.uniform(8, 40), 1 / number) for number, partial in partials]
    return _peaked(ringing(_struck(_TOUCH, chance), modes, tail=0.3))


def _string(hz: float, chance: Chance) -> Wave:
    """A plucked string: partials that fade the sooner the higher they are."""
    partials = range(1, min(12, int(9000 / hz)))
    return _peaked(ringing(_struck(_TOUCH, chance), [Mode(hz * n, 0.8 + 0.5 * n, 1 / n) for n in partials], tail=1.2))


def _struck(touch: float, chance: Chance) -> Wave:
    """The force of a blow while two things touch: a half wave with the roughness of their surfaces."""
    return np.sin(np.pi * times(touch) / touch) * (1 + 0.3 * noise(touch, chance))


def _peaked(wave: Wave) -> Wave:
    return np.asarray(wave / np.max(np.abs(wave)))

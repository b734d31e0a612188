"""The fine curves of banknotes and share certificates, drawn from a seed: each paper has its own.

Pure arithmetic: curves come out as points around the origin. They are ornament, not proof; what proves
a receipt is its code.
"""

from __future__ import annotations

import hashlib
from math import cos, pi, sin

Curve = list[tuple[float, float]]


def ribbon(seed: str, width: float, height: float) -> list[Curve]:
    """A woven band from (0, 0) to (width, 0), half its height above and half below."""
    waves, turns, lean = _choices(seed, (5, 8), (2, 4), (1, 5))
    strands, steps = 14, 220
    return [
        [
            (width * at / steps, height / 2 * _weave(at / steps, strand / strands, waves, turns, lean))
            for at in range(steps + 1)
        ]
        for strand in range(strands)
    ]


def rosette(seed: str, radius: float) -> list[Curve]:
    """A flower of closed curves within a circle of that radius around (0, 0)."""
    petals, swell, _ = _choices(seed, (9, 14), (2, 5), (0, 1))
    rings, steps = 9, 240
    return [_ring(radius, petals, swell, ring / rings, steps) for ring in range(rings)]


def _weave(along: float, strand: float, waves: int, turns: int, lean: int) -> float:
    carrier = sin(2 * pi * (waves * along + strand))
    envelope = 0.62 + 0.38 * cos(2 * pi * turns * along + lean)
    return carrier * envelope


def _ring(radius: float, petals: int, swell: int, ring: float, steps: int) -> Curve:
    points = []
    for at in range(steps + 1):
        angle = 2 * pi * at / steps
        wave = sin(petals * angle + 2 * pi * ring) * 0.1 + sin(swell * petals * angle) * 0.04
        reach = radius * (0.86 + wave)
        points.append((reach * cos(angle), reach * sin(angle)))
    return points


def _choices(seed: str, *spans: tuple[int, int]) -> tuple[int, ...]:
    """One number of each span, both ends included, fixed by the seed."""
    digest = hashlib.sha256(seed.encode("utf-8", "replace")).digest()
    return tuple(low + digest[place] % (high - low + 1) for place, (low, high) in enumerate(spans))

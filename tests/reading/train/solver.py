"""Logistic regression with an L2 penalty, by coordinate descent on the dual: exact enough, seeded, no library.

Yu, Huang and Lin, "Dual coordinate descent methods for logistic regression and maximum entropy models" (2011):
each item has one number between 0 and its cost; one item after the other is moved to its best place. All features
are 0 or 1.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

ROUNDS = 12
SMALL = 1e-9
ENOUGH = 1e-3


@dataclass(frozen=True, kw_only=True)
class Example:
    """The columns that are 1, whether the answer is yes, and how much an error costs."""

    columns: Sequence[int]
    yes: bool
    cost: float


def solve(examples: Sequence[Example], width: int) -> list[float]:
    """One weight per column."""
    weights = [0.0] * width
    alphas = [SMALL * example.cost for example in examples]
    for example, alpha in zip(examples, alphas, strict=True):
        _add(weights, example, alpha)
    order = list(range(len(examples)))
    shuffler = random.Random(4)
    for _ in range(ROUNDS):
        shuffler.shuffle(order)
        moved = 0.0
        for number in order:
            example = examples[number]
            sign = 1.0 if example.yes else -1.0
            margin = sign * sum([weights[column] for column in example.columns])
            new = _best(alphas[number], margin, len(example.columns), example.cost)
            step = new - alphas[number]
            if abs(step) > ENOUGH * example.cost:
                _add(weights, example, step)
                alphas[number] = new
                moved = max(moved, abs(step) / example.cost)
        if moved < 10 * ENOUGH:
            break
    return weights


def _add(weights: list[float], example: Example, amount: float) -> None:
    signed = amount if example.yes else -amount
    for column in example.columns:
        weights[column] += signed


def _best(alpha: float, margin: float, length: int, cost: float) -> float:
    """Newton's method on one coordinate: margin + length * (new - alpha) + log(new / (cost - new)) = 0."""
    low, high = SMALL * cost, (1 - SMALL) * cost
    new = min(max(alpha, low), high)
    for _ in range(20):
        slope = margin + length * (new - alpha) + math.log(new / (cost - new))
        if abs(slope) < ENOUGH:
            break
        if slope > 0:
            high = new
        else:
            low = new
        step = new - slope / (length + cost / (new * (cost - new)))
        # A Newton step that leaves the known bounds is replaced by halving them.
        new = step if low < step < high else (low + high) / 2
    return new

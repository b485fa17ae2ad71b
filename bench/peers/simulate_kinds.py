#!/usr/bin/env python3
# SPDX-License-Identifier: PostgreSQL
"""Daily series of six kinds and five lengths, forty of each, for bench/quality: no choice was made on them.

usage: simulate_kinds.py DIRECTORY [choose]       writes groups.csv, GROUP.csv and GROUP_test.csv (30 days)

`choose` writes others: those that the constants of the intervals and the weights without a season were chosen on. Sixty of
each kind with another seed and other lengths, and ARMA noise with heavy tails around walking levels and seasons: days,
months, hours and series without a season.

money (gamma noise, 2% odd days), count (negative binomial), promo (fortnights of +50%), closed (zero on one weekday),
shift (a step to a half or 1.7 times after a third of the series), sparse (8 to 40% of days with a demand); each with a
weekly shape, a walking level, a trend and, in two of three, a yearly wave of its own.
"""

import os
import sys

import numpy as np

HORIZON = 30
JUDGING = {"seed": 7, "series": 40, "lengths": (30, 60, 180, 365, 800)}
CHOOSING = {"seed": 11, "series": 60, "lengths": (45, 90, 200, 365, 800)}
ARMA = (("arma7", 7, 30, 60, (90, 200, 500)), ("month", 12, 18, 60, (60, 90, 130)), ("nos", 1, 13, 60, (60, 120, 500)),
        ("hour", 24, 48, 30, (700,)))  # kind, season length, horizon, series, lengths
KINDS = ("money", "count", "promo", "closed", "shift", "sparse")


def mean_of(rng, n):
    t = np.arange(n)
    week = rng.normal(1, 0.25, 7)
    week = np.clip(week / week.mean(), 0.1, None)
    level = np.exp(np.cumsum(rng.normal(0, rng.choice([0, 0.01, 0.03]), n)))
    trend = np.exp(rng.normal(0, 0.0008) * t)
    year = 1 + rng.choice([0, 0.2, 0.4]) * np.sin(2 * np.pi * (t / 365.25 + rng.random()))
    return rng.lognormal(4, 1.2) * level * trend * week[t % 7] * year


def series(rng, kind, n):
    base = mean_of(rng, n)
    if kind == "money":
        return base * rng.gamma(8, 1 / 8, n) * np.where(rng.random(n) < 0.02, rng.choice([0.2, 2.5], n), 1)
    if kind == "count":
        return rng.negative_binomial(3, 3 / (3 + base / base.mean() * rng.uniform(2, 15)))
    if kind == "promo":
        return base * rng.gamma(12, 1 / 12, n) * (1 + 0.5 * (rng.random(n // 14 + 1) < 0.4).repeat(14)[:n])
    if kind == "sparse":
        return (rng.random(n) < rng.uniform(0.08, 0.4)) * (1 + rng.poisson(rng.uniform(0.3, 3), n))
    y = base * rng.gamma(8, 1 / 8, n)
    if kind == "closed":
        y[6::7] = 0
    else:
        y[rng.integers(n // 3, n - 35) :] *= rng.choice([0.5, 1.7])
    return y


def arma(rng, m, steps):
    t = np.arange(steps)
    phi, theta, e = rng.choice([0, 0.3, 0.6, 0.9]), rng.choice([0, 0.3, -0.4]), rng.standard_t(6, steps)
    x = np.zeros(steps)
    for k in range(1, steps):
        x[k] = phi * x[k - 1] + e[k] + theta * e[k - 1]
    x += np.cumsum(rng.normal(0, rng.choice([0, 0.1, 0.4]), steps)) + rng.choice([0, 0.02]) * t * (7 / max(m, 4))
    if m > 1:
        season = rng.normal(0, 2, m)
        drift = np.cumsum(rng.normal(0, rng.choice([0, 0.1]), (steps // m + 1, m)), axis=0)
        x += (season + drift).reshape(-1)[:steps]
    return 40 + 3 * x


def write(directory, groups, name, m, horizon, decimals, made):
    groups.write(f"{name},{m},{horizon}\n")
    with open(f"{directory}/{name}.csv", "w") as train, open(f"{directory}/{name}_test.csv", "w") as test:
        train.write("series_id,t,y\n")
        test.write("series_id,t,y\n")
        for i, y in enumerate(made):
            for t, value in enumerate(np.round(y, decimals)):
                (train if t < len(y) - horizon else test).write(f"{i},{t + 1},{value}\n")


def main():
    directory, choose = sys.argv[1], sys.argv[2:] == ["choose"]
    sets = CHOOSING if choose else JUDGING
    os.makedirs(directory, exist_ok=True)
    with open(f"{directory}/groups.csv", "w") as groups:
        groups.write("group,m,h\n")
        rng = np.random.default_rng(sets["seed"])
        for kind in KINDS:
            for n in sets["lengths"]:
                write(directory, groups, f"{kind}_{n}", 7, HORIZON, 2, (series(rng, kind, n + HORIZON) for _ in range(sets["series"])))
        rng = np.random.default_rng(12)
        for kind, m, horizon, count, lengths in ARMA if choose else ():
            for n in lengths:
                write(directory, groups, f"{kind}_{n}", m, horizon, 3, (arma(rng, m, n + horizon) for _ in range(count)))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: PostgreSQL
"""Daily series of six kinds and five lengths, forty of each, for bench/quality: no choice was made on them.

usage: simulate_kinds.py DIRECTORY       writes groups.csv, GROUP.csv and GROUP_test.csv (30 days)

money (gamma noise, 2% odd days), count (negative binomial), promo (fortnights of +50%), closed (zero on one weekday),
shift (a step to a half or 1.7 times after a third of the series), sparse (8 to 40% of days with a demand); each with a
weekly shape, a walking level, a trend and, in two of three, a yearly wave of its own.
"""

import os
import sys

import numpy as np

HORIZON, SERIES, LENGTHS = 30, 40, (30, 60, 180, 365, 800)
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


def main():
    directory, rng = sys.argv[1], np.random.default_rng(7)
    os.makedirs(directory, exist_ok=True)
    with open(f"{directory}/groups.csv", "w") as groups:
        groups.write("group,m,h\n")
        for kind in KINDS:
            for n in LENGTHS:
                name = f"{kind}_{n}"
                groups.write(f"{name},7,{HORIZON}\n")
                with open(f"{directory}/{name}.csv", "w") as train, open(f"{directory}/{name}_test.csv", "w") as test:
                    train.write("series_id,t,y\n")
                    test.write("series_id,t,y\n")
                    for i in range(SERIES):
                        for t, value in enumerate(np.round(series(rng, kind, n + HORIZON), 2)):
                            (train if t < n else test).write(f"{i},{t + 1},{value}\n")


if __name__ == "__main__":
    main()

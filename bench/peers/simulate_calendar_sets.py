#!/usr/bin/env python3
# SPDX-License-Identifier: PostgreSQL
"""Writes sets of simulated shops with a calendar, to see what it gains where it matters and costs where it does not.

usage: simulate_calendar_sets.py DIRECTORY [SERIES=60] [SEED=1]

promoted_90, promoted_365   promotions of four kinds (a factor, a fixed amount, a factor that fades, single names that
                            differ), some of them in the horizon; holidays with and without an effect; closed Sundays in a third
plain_90, plain_365         the same shops with promotions and holidays in the calendar that do nothing
christmas_730               two years to the end of November: yearly wave, Christmas rush, low days after it; no promotion

Shops differ in level (2 to 3,000 a day, counts where it is low), trend, week, noise (Gaussian, with memory, with heavy tails).
"""

import csv
import datetime
import math
import os
import random
import sys

HORIZON = 30


def poisson(rng, mean):
    if mean > 200:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, k, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        k, product = k + 1, product * rng.random()
    return k


def promotions(rng, length):
    kind = rng.choice(["factor", "amount", "fading", "names"])
    lift, effect, flag = rng.uniform(0.15, 0.9), [0.0] * length, [0] * length
    start = rng.randint(5, 15)
    while start < length:
        days = rng.randint(2, 10)
        own = lift * (rng.uniform(0.5, 1.5) if kind == "names" else 1)
        for d in range(days):
            if start + d < length:
                flag[start + d] = 1
                effect[start + d] = own * (0.85 ** d if kind == "fading" else 1)
        start += days + rng.randint(8, 30)
    return kind, effect, flag


def year_day(day):
    return (day - datetime.date(day.year, 1, 1)).days


def christmas(day, rush):
    before = (datetime.date(day.year, 12, 24) - day).days
    if 0 <= before <= 29:
        return rush * (1 - before / 40)
    return -0.3 * rush if day.month == 12 and day.day > 26 or day.month == 1 and day.day < 10 else 0.0


def shop(rng, length, first, promoted, wave):
    level = math.exp(rng.uniform(math.log(2), math.log(3000)))
    trend, walk, noise, memory = rng.gauss(0, 0.0006), rng.uniform(0, 0.015), rng.uniform(0.05, 0.25), rng.uniform(0, 0.6)
    heavy, closed = rng.random() < 0.3, rng.random() < 0.33
    week = [math.exp(rng.gauss(0, 0.2)) for _ in range(7)]
    kind, effect, flag = promotions(rng, length)
    holidays = {(12, 24): rng.uniform(-0.7, 0.3), (12, 25): -0.8, (1, 1): -0.6, (5, 1): rng.uniform(-0.5, 0.2)}
    yearly, phase, rush = (rng.uniform(0.1, 0.4), rng.random() * 6.283, rng.uniform(0.1, 0.6)) if wave else (0, 0, 0)
    log_level, disturbance, rows = math.log(level), 0.0, []
    for t in range(length):
        day = first + datetime.timedelta(days=t)
        shock = rng.gauss(0, noise) * (3 if heavy and rng.random() < 0.03 else 1)
        disturbance = memory * disturbance + shock
        log_level += trend + rng.gauss(0, walk)
        mean = log_level + disturbance
        if wave:
            mean += yearly * math.sin(2 * math.pi * year_day(day) / 365.25 + phase) + christmas(day, rush)
        if promoted or wave:
            mean += holidays.get((day.month, day.day), 0.0)
        mean = math.exp(mean) * week[t % 7]
        if promoted and not wave:
            mean = mean + level * effect[t] if kind == "amount" else mean * (1 + effect[t])
        if closed and day.weekday() == 6:
            mean = 0.0
        y = poisson(rng, mean) if level < 100 else round(mean, 2)
        rows.append((day, y, 0 if wave else flag[t]))
    return rows


def write(directory, group, count, length, seed, promoted, wave):
    rng = random.Random(f"{group} {seed}")
    with open(f"{directory}/{group}.csv", "w", newline="") as train, open(
            f"{directory}/{group}_test.csv", "w", newline="") as test, open(
                f"{directory}/{group}_calendar.csv", "w", newline="") as calendar:
        writers = csv.writer(train, lineterminator="\n"), csv.writer(test, lineterminator="\n")
        for writer in writers:
            writer.writerow(["series_id", "t", "y"])
        days = csv.writer(calendar, lineterminator="\n")
        days.writerow(["series_id", "t", "date", "promo"])
        for number in range(count):
            end = datetime.date(2025, 11, 30) if wave else datetime.date(2024, 1, 1) + datetime.timedelta(rng.randrange(700))
            first = end - datetime.timedelta(days=length - 1)
            for t, (day, y, promo) in enumerate(shop(rng, length + HORIZON, first, promoted, wave)):
                name = f"shop{number + 1:03d}"
                writers[t >= length].writerow([name, t + 1, y])
                days.writerow([name, t + 1, day.isoformat(), promo])


def main():
    directory = sys.argv[1]
    count, seed = (int(v) for v in sys.argv[2:] + ["60", "1"][len(sys.argv) - 2:])
    os.makedirs(directory, exist_ok=True)
    groups = [("promoted_90", 90, True, False), ("promoted_365", 365, True, False), ("plain_90", 90, False, False),
              ("plain_365", 365, False, False), ("christmas_730", 730, False, True)]
    with open(f"{directory}/groups.csv", "w", newline="") as file:
        csv.writer(file).writerows([["group", "m", "h"]] + [[g, 7, HORIZON] for g, *_ in groups])
    for group, length, promoted, wave in groups:
        write(directory, group, count, length, seed, promoted, wave)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: PostgreSQL
"""Writes a set of series to measure with, where no other is given: shops with a level, a slope, a week and noise.

usage: simulate_set.py DIRECTORY [SERIES=20] [LENGTH=90] [HORIZON=30]
"""

import csv
import math
import os
import random
import sys


def main():
    directory = sys.argv[1]
    count, length, horizon = (int(v) for v in sys.argv[2:] + ["20", "90", "30"][len(sys.argv) - 2:])
    os.makedirs(directory, exist_ok=True)
    rng = random.Random(20260101)
    with open(f"{directory}/groups.csv", "w", newline="") as file:
        csv.writer(file).writerows([["group", "m", "h"], ["simulated", 7, horizon]])
    with open(f"{directory}/simulated.csv", "w", newline="") as train, open(
            f"{directory}/simulated_test.csv", "w", newline="") as test:
        writers = csv.writer(train), csv.writer(test)
        for writer in writers:
            writer.writerow(["series_id", "t", "y"])
        for shop in range(count):
            level = math.exp(rng.uniform(5, 9))
            slope = rng.uniform(-0.002, 0.004)
            week = [1 + rng.gauss(0, 0.15) for _ in range(7)]
            noise = rng.uniform(0.05, 0.15)
            disturbance = 0.0
            for t in range(length + horizon):
                disturbance = 0.4 * disturbance + rng.gauss(0, noise)
                y = level * (1 + slope * t) * week[t % 7] * math.exp(disturbance)
                writers[t >= length].writerow([f"shop{shop + 1:02d}", t + 1, f"{y:.2f}"])


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: PostgreSQL
"""The same series cut earlier, as further sets for bench/quality: a set whose series all end on one day says little of
intervals, because one odd week moves them all.

usage: earlier_origins.py SETS DIRECTORY        SETS as for bench/quality; DIRECTORY gets NAME_rK.csv and NAME_rK_test.csv

Cut are K horizons from the end, as many as BACK says; series with fewer than 60 values left (40 without a season) drop out.
"""

import csv
import os
import sys

BACK = {"nn5_daily": (3, 6, 9, 12), "m4_weekly": (2, 4), "m4_hourly": (2, 3), "drugstore_365": (2,)}
OTHERS = (1,)


def read(path):
    series = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            series.setdefault(row["series_id"], []).append(row["y"])
    return series


def main():
    source, directory = sys.argv[1:3]
    os.makedirs(directory, exist_ok=True)
    with open(f"{source}/groups.csv", newline="") as file:
        sets = [(row["group"], int(row["m"]), int(row["h"])) for row in csv.DictReader(file)]
    with open(f"{directory}/groups.csv", "w") as groups:
        groups.write("group,m,h\n")
        for name, m, h in sets:
            series = read(f"{source}/{name}.csv")
            for back in BACK.get(name, OTHERS):
                cut = {k: len(y) - back * h for k, y in series.items()}
                kept = [k for k in series if cut[k] >= (60 if m > 1 else 40)]
                if not kept:
                    continue
                groups.write(f"{name}_r{back},{m},{h}\n")
                with open(f"{directory}/{name}_r{back}.csv", "w") as train, open(f"{directory}/{name}_r{back}_test.csv", "w") as test:
                    for file, first, last in ((train, -10**9, 0), (test, 0, h)):
                        file.write("series_id,t,y\n")
                        for k in kept:
                            for t in range(max(0, cut[k] + first), cut[k] + last):
                                file.write(f"{k},{t + 1},{series[k][t]}\n")


if __name__ == "__main__":
    main()

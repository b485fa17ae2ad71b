#!/usr/bin/env python3
# SPDX-License-Identifier: PostgreSQL
"""Speed and accuracy of several programs on the same series, as two Markdown tables.

usage: score.py DIRECTORY PROGRAM…     the first program is the one that the others are compared with

DIRECTORY/inputs/groups.csv (group,m,h), GROUP.csv and GROUP_test.csv (series_id,t,y);
DIRECTORY/results/PROGRAM/GROUP_series.csv and GROUP_fc.csv, as forecast_csv writes them.

Accuracy is a mean over the series that every program finished (pmdarima, which runs on few, is scored apart): sMAPE and
MASE as in the M4 competition (Makridakis, Spiliotis & Assimakopoulos 2020), MASE and MSIS scaled by the in-sample mean
absolute error of the seasonal naive forecast (of the naive one where that is zero); the coverage of both intervals.
"""

import csv
import os
import statistics
import sys


def read_values(path):
    series = {}
    if os.path.exists(path):
        with open(path, newline="") as file:
            for row in csv.DictReader(file):
                series.setdefault(row["series_id"], []).append(float(row["y"]) if row["y"] not in ("", "NA") else None)
    return series


def read_program(directory, group):
    seconds, forecasts = {}, {}
    try:
        with open(f"{directory}/{group}_series.csv", newline="") as file:
            for row in csv.DictReader(file):
                if not row["error"]:
                    seconds[row["series_id"]] = float(row["total_s"])
        with open(f"{directory}/{group}_fc.csv", newline="") as file:
            for row in csv.DictReader(file):
                numbers = [float(row[k]) for k in ("mean", "lo80", "hi80", "lo95", "hi95")]
                forecasts.setdefault(row["series_id"], []).append(numbers)
    except FileNotFoundError:
        return {}, {}
    return seconds, forecasts


def mean(values):
    return sum(values) / len(values)


def scale_of(train, m):
    for lag in (m, 1):
        steps = [abs(b - a) for a, b in zip(train, train[lag:]) if a is not None and b is not None]
        if steps and mean(steps) > 0:
            return mean(steps)
    return None


def measures(train, test, forecast, m):
    scale = scale_of(train, m)
    if scale is None:
        return None
    rows = [(y, f) for y, f in zip(test, forecast) if y is not None]
    result = {
        "sMAPE": mean([200 * abs(y - f[0]) / (abs(y) + abs(f[0])) if abs(y) + abs(f[0]) > 0 else 0.0 for y, f in rows]),
        "MASE": mean([abs(y - f[0]) for y, f in rows]) / scale,
    }
    for name, low, high, alpha in (("80", 1, 2, 0.20), ("95", 3, 4, 0.05)):
        result["cov" + name] = mean([float(f[low] <= y <= f[high]) for y, f in rows])
        result["MSIS" + name] = mean(
            [f[high] - f[low] + 2 / alpha * (max(f[low] - y, 0) + max(y - f[high], 0)) for y, f in rows]) / scale
    return result


def half_of(series):
    half = os.environ.get("HALF")
    return {k: v for i, (k, v) in enumerate(series.items()) if not half or (i % 2 == 0) == (half == "odd")}


def read_sums(path):
    sums = {}
    if os.path.exists(path):
        with open(path, newline="") as file:
            for row in csv.DictReader(file):
                sums.setdefault(int(row["steps"]), {})[row["series_id"]] = [float(row[k]) for k in ("lo80", "hi80", "lo95", "hi95")]
    return sums


def covered(pairs):
    """'80 / 95 (n)' of pairs of an observed value and its four bounds."""
    pairs = list(pairs)
    if not pairs:
        return "–"
    shares = [mean([float(b[i] <= y <= b[i + 1]) for y, b in pairs]) for i in (0, 2)]
    return f"{shares[0]:.3f} / {shares[1]:.3f}"


def coverage_row(name, program, directory, test, forecasts):
    keys = [k for k in test if k in forecasts]
    steps = [(h, y, f[1:]) for k in keys for h, (y, f) in enumerate(zip(test[k], forecasts[k]), 1) if y is not None]
    row = [name, program]
    for low, high in ((1, 7), (8, 14), (15, 10**9)):
        row.append(covered((y, f) for h, y, f in steps if low <= h <= high))
    row.append(covered((y, f) for _, y, f in steps if y != 0))
    sums = read_sums(f"{directory}/results/{program}/{name}_sums.csv")
    for count in sorted(sums)[:2]:
        row.append(f"{count}: " + covered((sum(test[k][:count]), sums[count][k]) for k in keys
                                          if k in sums[count] and None not in test[k][:count]))
    return row + ["–"] * (8 - len(row))


def table(header, rows):
    print("| " + " | ".join(header) + " |\n|" + "---|" * len(header))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def main():
    directory, programs = sys.argv[1], sys.argv[2:]
    with open(f"{directory}/inputs/groups.csv", newline="") as file:
        groups = list(csv.DictReader(file))
    speed, accuracy, coverage = [], [], []
    for group in groups:
        name, m = group["group"], int(group["m"])
        runs = {p: read_program(f"{directory}/results/{p}", name) for p in programs}
        if not runs[programs[0]][0]:
            continue
        row = [name, str(len(runs[programs[0]][0]))]
        for p in programs:
            seconds = runs[p][0]
            common = [k for k in seconds if k in runs[programs[0]][0]]
            if not common:
                row += ["-"] if p == programs[0] else ["-", "-"]
                continue
            median = statistics.median(seconds[k] for k in common)
            row.append(f"{median:.4f} (max {max(seconds[k] for k in common):.3f}, n {len(common)})")
            if p != programs[0]:  # on the same series
                ours = statistics.median(runs[programs[0]][0][k] for k in common)
                row.append(f"{median / ours:.0f}x")
        speed.append(row)

        train, test = read_values(f"{directory}/inputs/{name}.csv"), read_values(f"{directory}/inputs/{name}_test.csv")
        test = half_of(test)
        for p in programs:
            if p == programs[0] or os.path.exists(f"{directory}/results/{p}/{name}_sums.csv"):
                coverage.append(coverage_row(name, p, directory, test, runs[p][1]))
        finished = [p for p in programs if runs[p][1] and p != "pmdarima"]
        for judged in (finished, [p for p in programs if runs[p][1]] if runs.get("pmdarima", ({}, {}))[1] else []):
            common = [k for k in test if all(k in runs[p][1] for p in judged)] if judged else []
            for p in judged:
                scores = [s for s in (measures(train[k], test[k], runs[p][1][k], m) for k in common) if s]
                if not scores:
                    continue
                error = statistics.stdev(s["MASE"] for s in scores) / len(scores) ** 0.5 if len(scores) > 1 else 0.0
                average = {k: mean([s[k] for s in scores]) for k in scores[0]}
                accuracy.append([name, str(len(scores)), p, f"{average['sMAPE']:.2f}", f"{average['MASE']:.3f} ± {error:.3f}",
                                 f"{average['cov80']:.3f} / {average['cov95']:.3f}",
                                 f"{average['MSIS80']:.2f} / {average['MSIS95']:.2f}"])
    header = ["set", "series", programs[0]]
    for p in programs[1:]:
        header += [p, "ratio"]
    print("Median CPU seconds for one automatic model with both intervals; ratios on the series that both finished.\n")
    table(header, speed)
    print("Accuracy on the held-out values (MASE with the standard error of its mean).\n")
    table(["set", "series", "program", "sMAPE", "MASE", "coverage 80 / 95", "MSIS 80 / 95"], accuracy)
    print("Coverage of 80 / 95%: by step, of values that are not zero, and of sums over so many first steps.\n")
    table(["set", "program", "1–7", "8–14", "later", "not zero", "sums", "sums"], coverage)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: PostgreSQL
"""Judges the series of bench/analytics_promotions --series with pycausalimpact, on the same controls and days.

    promotions_python.py DIRECTORY OURS.md

Each file has a first line "# scenario,start,length,truth" and a row a day: the promoted product's revenue, the sum of its
category's other products, the sum of the other categories, its impressions. Prints a row a scenario.
"""
import glob
import math
import sys
import warnings
from collections import defaultdict

import numpy as np
import pandas as pd
from causalimpact import CausalImpact
from statsmodels.tsa.statespace.mlemodel import MLEResults

warnings.filterwarnings("ignore")


def without_alpha(method):
    """pycausalimpact 0.1.1 hands an argument on that statsmodels 0.15 refuses and never used."""
    return lambda self, *args, alpha=None, **kwargs: method(self, *args, **kwargs)


for name in ("get_forecast", "get_prediction"):
    setattr(MLEResults, name, without_alpha(getattr(MLEResults, name)))
directory, ours = sys.argv[1:3]
errors, covered, called = defaultdict(list), defaultdict(int), defaultdict(int)
for path in sorted(glob.glob(directory + "/*.csv"), key=lambda p: int(p.rsplit("/", 1)[1][:-4])):
    with open(path) as file:
        name, start, length, truth = file.readline()[2:].rsplit(",", 3)
    start, length, truth = int(start), int(length), float(truth)
    if truth <= 0:
        continue
    data = pd.read_csv(path, skiprows=1, header=None).iloc[:, :3].astype(float).interpolate().bfill()
    data = data.iloc[max(0, start - 91):start + length].reset_index(drop=True)
    first = len(data) - length
    try:
        impact = CausalImpact(data, [0, first - 1], [first, len(data) - 1], nseasons=[{"period": 7}])
        expected = float(impact.inferences["preds"].iloc[first:].sum())
        bounds = impact.summary_data["cumulative"]
    except Exception as error:  # a peer's failure is counted, not hidden
        print(f"failed on {name}: {error}", file=sys.stderr)
        continue
    errors[name].append(expected / truth - 1)
    covered[name] += bounds["predicted_lower"] <= truth <= bounds["predicted_upper"]
    called[name] += impact.p_value < 0.05
mine = {}
for line in open(ours):
    cells = [c.strip() for c in line.strip().strip("|").split("|")]
    if len(cells) > 5 and cells[1].isdigit():
        mine[cells[0]] = cells[4]
print("| scenario | series | RMSE, pycausalimpact | RMSE here, same series | its 95% interval covers | it calls significant |")
print("|---|---|---|---|---|---|")
for name, values in errors.items():
    n = len(values)
    print(f"| {name} | {n} | {100 * math.sqrt(np.mean(np.square(values))):.1f}% | {mine.get(name, '')} | "
          f"{100 * covered[name] / n:.0f}% | {100 * called[name] / n:.0f}% |")

#!/usr/bin/env python3
# SPDX-License-Identifier: PostgreSQL
"""An automatic method of a Python package with its defaults on every series of a set, one at a time, in CPU seconds.

usage: quality_python.py PEER INPUT.csv SEASON_LENGTH HORIZON OUTPUT_PREFIX LIMIT      (files as forecast_csv's)
  sf-arima sf-ets sf-theta sf-ces   statsforecast's AutoARIMA, AutoETS, DynamicOptimizedTheta, AutoCES
  sf-median                         the median of the four, of values and of bounds (Petropoulos & Svetunkov 2020); of
                                    their results where all four are beside OUTPUT_PREFIX's folder, fitted otherwise
  flair                             flaircast's sample paths; the median is the point forecast
  prophet                           Prophet with the season as its weekly (7), yearly (12) or daily (24) one
"""

import csv
import logging
import os
import sys
import time
import warnings

import numpy as np

from forecast_python import read_set

warnings.filterwarnings("ignore")
COLUMNS = ("mean", "lo-80", "hi-80", "lo-95", "hi-95")
STATSFORECAST = {"sf-arima": "AutoARIMA", "sf-ets": "AutoETS", "sf-theta": "DynamicOptimizedTheta", "sf-ces": "AutoCES"}


def statsforecast_method(name, m, horizon):
    import statsforecast.models

    make = getattr(statsforecast.models, STATSFORECAST[name])

    def run(y):
        f = make(season_length=m).forecast(y=y, h=horizon, level=[80, 95])
        return np.array([f[c] for c in COLUMNS])

    return run


def median_method(m, horizon):
    members = [statsforecast_method(name, m, horizon) for name in STATSFORECAST]
    return lambda y: np.median([member(y) for member in members], axis=0)


def stored_results(output):
    """The four's results for this set, {series: (numbers [column][step], seconds, wall)}; None unless all are there."""
    folder, group = os.path.split(output)
    values, seconds, walls = {}, {}, {}
    for name in STATSFORECAST:
        prefix = os.path.join(os.path.dirname(folder), name, group)
        if not (os.path.exists(prefix + "_fc.csv") and os.path.exists(prefix + "_series.csv")):
            return None
        own = {}
        with open(prefix + "_fc.csv", newline="") as file:
            for row in csv.DictReader(file):
                own.setdefault(row["series_id"], []).append([float(row[k]) for k in ("mean", "lo80", "hi80", "lo95", "hi95")])
        with open(prefix + "_series.csv", newline="") as file:
            for row in csv.DictReader(file):
                seconds[row["series_id"]] = seconds.get(row["series_id"], 0.0) + float(row["total_s"])
                walls[row["series_id"]] = walls.get(row["series_id"], 0.0) + float(row["wall_s"])
        for series, rows in own.items():
            values.setdefault(series, []).append(np.array(rows).T)
    return {k: (np.median(v, axis=0), seconds[k], walls[k]) for k, v in values.items() if len(v) == len(STATSFORECAST)}


def flair_method(m, horizon):
    from flaircast import forecast

    frequency = {7: "D", 12: "M", 24: "H", 4: "Q", 1: "W"}[m]
    return lambda y: np.percentile(forecast(y, horizon=horizon, freq=frequency, seed=1), [50, 10, 90, 2.5, 97.5], axis=0)


def prophet_method(m, horizon):
    import pandas
    from prophet import Prophet

    for name in ("prophet", "cmdstanpy"):
        logging.getLogger(name).setLevel(logging.ERROR)
    frequency = {7: "D", 12: "MS", 24: "h", 4: "QS", 1: "W"}[m]

    def run(y):
        times = pandas.date_range("2020-01-01", periods=len(y) + horizon, freq=frequency)
        np.random.seed(1)
        rows = []
        for level in (0.80, 0.95):
            model = Prophet(interval_width=level)
            model.fit(pandas.DataFrame({"ds": times[: len(y)], "y": y}))
            f = model.predict(pandas.DataFrame({"ds": times[len(y) :]}))
            rows += [f["yhat"]] if not rows else []
            rows += [f["yhat_lower"], f["yhat_upper"]]
        return np.array(rows)

    return run


def write_rows(numbers, name, forecast):
    for step in range(forecast.shape[1]):
        numbers.writerow([name, step + 1, *(repr(float(v)) for v in forecast[:, step])])


def main():
    peer, path, m, horizon, output, limit = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5], float(sys.argv[6])
    makers = {"sf-median": median_method, "flair": flair_method, "prophet": prophet_method}
    method = makers[peer](m, horizon) if peer in makers else statsforecast_method(peer, m, horizon)
    stored = stored_results(output) if peer == "sf-median" else None
    if stored is None:
        warm = 50 + 10 * np.sin(2 * np.pi * np.arange(120) / 7) + np.random.default_rng(0).normal(size=120)
        method(warm)  # compiles
    with open(output + "_series.csv", "w", newline="") as models, open(output + "_fc.csv", "w", newline="") as values:
        models.write("series_id,n,order,const,aicc,loglik,sigma2,coef,fit_s,total_s,wall_s,error\n")
        values.write("series_id,h,mean,lo80,hi80,lo95,hi95\n")
        rows, numbers = csv.writer(models), csv.writer(values)
        for name, y in read_set(path, limit).items():
            if stored is not None:
                forecast, total, wall = stored.get(name, (None, 0.0, 0.0))
                rows.writerow([name, len(y), peer, "", "", "", "", "", total, total, wall, "" if forecast is not None else "a member failed"])
                if forecast is not None:
                    write_rows(numbers, name, forecast)
                continue
            start, wall, error, forecast = time.process_time(), time.perf_counter(), "", None
            try:
                forecast = method(y)
                if not np.all(np.isfinite(forecast)):
                    forecast, error = None, "non-finite forecast"
            except Exception as exception:  # a peer's failure is a result
                error = f"{type(exception).__name__}: {exception}"[:150]
            total = time.process_time() - start
            rows.writerow([name, len(y), peer, "", "", "", "", "", total, total, time.perf_counter() - wall, error])
            if forecast is not None:
                write_rows(numbers, name, forecast)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: PostgreSQL
"""statsforecast's AutoARIMA or pmdarima's auto_arima with their defaults on every series of a set, in CPU seconds.

usage: forecast_python.py statsforecast|pmdarima INPUT.csv SEASON_LENGTH HORIZON OUTPUT_PREFIX LIMIT
Files as forecast_csv reads and writes them.
"""

import csv
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")


def read_set(path, limit):
    series = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            if row["series_id"] not in series:
                if len(series) == limit:
                    break
                series[row["series_id"]] = []
            series[row["series_id"]].append(float(row["y"]) if row["y"] not in ("", "NA") else np.nan)
    return {name: np.array(values) for name, values in series.items()}


class Statsforecast:
    def __init__(self, m, horizon):
        from statsforecast.models import AutoARIMA

        self.new, self.m, self.horizon = AutoARIMA, m, horizon
        rng = np.random.default_rng(0)  # the first call compiles
        self.forecast(self.fit(50 + 10 * np.sin(2 * np.pi * np.arange(60) / 7) + rng.normal(size=60)))

    def fit(self, y):
        return self.new(season_length=self.m).fit(y)

    def forecast(self, model):
        f = model.predict(self.horizon, level=[80, 95])
        return [f[k] for k in ("mean", "lo-80", "hi-80", "lo-95", "hi-95")]

    def describe(self, model):
        fit = model.model_
        p, q, sp, sq, m, d, sd = fit["arma"]
        order = f"({p},{d},{q})" + (f"({sp},{sd},{sq})[{m}]" if m > 1 and sp + sd + sq else "")
        constant = "+".join(k for k in ("intercept", "drift") if k in fit["coef"]) or "none"
        coefficients = " ".join(f"{k}={v:.12g}" for k, v in fit["coef"].items())
        return order, constant, fit["aicc"], fit["loglik"], fit["sigma2"], coefficients


class Pmdarima:
    def __init__(self, m, horizon):
        import pmdarima

        self.module, self.m, self.horizon = pmdarima, m, horizon

    def fit(self, y):
        return self.module.auto_arima(y, m=self.m, seasonal=self.m > 1, suppress_warnings=True, error_action="ignore")

    def forecast(self, model):
        mean, inner = model.predict(self.horizon, return_conf_int=True, alpha=0.20)
        _, outer = model.predict(self.horizon, return_conf_int=True, alpha=0.05)
        return [np.asarray(mean), inner[:, 0], inner[:, 1], outer[:, 0], outer[:, 1]]

    def describe(self, model):
        (p, d, q), (sp, sd, sq, m) = model.order, model.seasonal_order
        order = f"({p},{d},{q})" + (f"({sp},{sd},{sq})[{m}]" if m > 1 and sp + sd + sq else "")
        values = np.asarray(model.params())
        coefficients = " ".join(f"{k}={v:.12g}" for k, v in zip(model.arima_res_.param_names, values))
        return order, "intercept" if model.with_intercept else "none", model.aicc(), model.arima_res_.llf, values[-1], coefficients


def main():
    peer, path, m, horizon, prefix, limit = sys.argv[1:]
    m, horizon = int(m), int(horizon)
    program = {"statsforecast": Statsforecast, "pmdarima": Pmdarima}[peer](m, horizon)
    with open(prefix + "_series.csv", "w", newline="") as models, open(prefix + "_fc.csv", "w", newline="") as values:
        model_rows, value_rows = csv.writer(models), csv.writer(values)
        model_rows.writerow("series_id n order const aicc loglik sigma2 coef fit_s total_s wall_s error".split())
        value_rows.writerow("series_id h mean lo80 hi80 lo95 hi95".split())
        for name, y in read_set(path, int(limit)).items():
            description, ahead, error = [""] * 6, None, ""
            wall, start = time.perf_counter(), time.process_time()
            fitted = start
            try:
                model = program.fit(y)
                fitted = time.process_time()
                ahead = program.forecast(model)
                if not all(np.all(np.isfinite(part)) for part in ahead):
                    ahead, error = None, "non-finite forecast"
            except Exception as problem:  # a peer's failure is a result
                error = f"{type(problem).__name__}: {problem}"[:200].replace("\n", " ")
            total = time.process_time() - start
            wall = time.perf_counter() - wall
            if ahead is not None:
                description = program.describe(model)
            model_rows.writerow([name, len(y), *description, fitted - start, total, wall, error])
            if ahead is not None:
                for step in range(horizon):
                    value_rows.writerow([name, step + 1, *(f"{part[step]:.12g}" for part in ahead)])
            models.flush()
            values.flush()


if __name__ == "__main__":
    main()

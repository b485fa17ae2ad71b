#!/usr/bin/env Rscript
# SPDX-License-Identifier: PostgreSQL
# Our log-likelihood beside R's exact one, for the models that R chose, on every series of a set.
# usage: agreement_likelihood.R INPUT.csv SEASON_LENGTH R_series.csv OUR_series.csv
#   R_series.csv as bench/peers/forecast_r.R writes it; OUR_series.csv from forecast_csv --models R_series.csv
# R's own figure serves where it is not above ours. Where it is, R is asked again with a vague prior of 1e9 instead of 1e6
# for the differenced states: with the default its log-likelihood of a differenced model is off by up to 1e-2.
argument <- commandArgs(TRUE)
m <- as.integer(argument[2])
data <- read.csv(argument[1], colClasses = c("character", "numeric", "numeric"))
both <- merge(read.csv(argument[3]), read.csv(argument[4]), by = "series_id", suffixes = c("_r", "_ours"))
both <- both[!is.na(both$loglik_r) & !is.na(both$loglik_ours), ]
gap <- both$loglik_ours - both$loglik_r
again <- which(gap < -1e-4)
cat(sprintf("%d series; not below R's figure - 1e-4: %d; above it by more than 0.01: %d\n", nrow(both),
            sum(gap >= -1e-4), sum(gap > 0.01)))
for (i in again) {
  order <- as.integer(regmatches(both$order_r[i], gregexpr("[0-9]+", both$order_r[i]))[[1]])
  order <- c(order, rep(0, 7))[1:7]
  y <- data$y[data$series_id == both$series_id[i]]
  drift <- if (both$const_r[i] == "drift") cbind(drift = seq_along(y))
  fit <- tryCatch(suppressWarnings(arima(y, order[1:3], seasonal = list(order = order[4:6], period = m), xreg = drift,
                                         include.mean = both$const_r[i] == "intercept", method = "ML", kappa = 1e9,
                                         optim.control = list(reltol = 1e-13, maxit = 2000))),
                  error = function(e) NULL)
  if (is.null(fit)) next
  gap[i] <- both$loglik_ours[i] - fit$loglik
  cat(sprintf("  %s %s %s: R %.6f, with the vaguer prior %.6f, ours %.6f\n", both$series_id[i], both$order_r[i],
              both$const_r[i], both$loglik_r[i], fit$loglik, both$loglik_ours[i]))
}
cat(sprintf("not below R's exact log-likelihood - 1e-4: %d of %d; lowest difference %.1e\n", sum(gap >= -1e-4), nrow(both),
            min(gap)))

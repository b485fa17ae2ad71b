#!/usr/bin/env Rscript
# SPDX-License-Identifier: PostgreSQL
# Our AICc beside that of the model which R chose, for series with the same differences, and what is above by more than
# 0.01.
# usage: agreement_criterion.R R_series.csv OUR_series.csv
#   R_series.csv as bench/peers/forecast_r.R writes it, or R's models fitted again by us (forecast_csv --models);
#   OUR_series.csv from forecast_csv
argument <- commandArgs(TRUE)
both <- merge(read.csv(argument[1]), read.csv(argument[2]), by = "series_id", suffixes = c("_r", "_ours"))
both <- both[!is.na(both$aicc_r) & !is.na(both$aicc_ours), ]
differences <- function(orders) sapply(regmatches(orders, gregexpr("[0-9]+", orders)), function(o)
  paste(o[2], if (length(o) > 3) o[5] else 0))
same <- differences(both$order_r) == differences(both$order_ours)
above <- both$aicc_ours - both$aicc_r
for (i in which(same & above > 0.01))
  cat(sprintf("  %s: above by %.3f, %s %s, R %s %s\n", both$series_id[i], above[i], both$order_ours[i],
              both$const_ours[i], both$order_r[i], both$const_r[i]))
cat(sprintf("not above R's AICc + 0.01: %d of %d; other differences: %d\n", sum(same & above <= 0.01), sum(same), sum(!same)))

#!/usr/bin/env Rscript
# SPDX-License-Identifier: PostgreSQL
# Mean MASE and MSIS 95 of two programs on the same series, and their difference with its standard error over the series.
# usage: paired_differences.R SET.csv SET_test.csv SEASON_LENGTH A_fc.csv B_fc.csv
#   files as forecast_csv reads and writes them
argument <- commandArgs(TRUE)
m <- as.integer(argument[3])
known <- read.csv(argument[1])
known <- split(known$y, known$series_id)
actual <- read.csv(argument[2])
actual <- split(actual$y, actual$series_id)
scores <- function(file) sapply(split(read.csv(file), read.csv(file)$series_id), function(f) {
  y <- known[[as.character(f$series_id[1])]]
  a <- actual[[as.character(f$series_id[1])]]
  scale <- mean(abs(diff(y, lag = if (length(y) > m) m else 1)), na.rm = TRUE)
  c(MASE = mean(abs(f$mean - a)) / scale,
    "MSIS 95" = mean(f$hi95 - f$lo95 + 40 * pmax(f$lo95 - a, 0) + 40 * pmax(a - f$hi95, 0)) / scale)
})
a <- scores(argument[4])
b <- scores(argument[5])
ids <- intersect(colnames(a), colnames(b))
for (measure in rownames(a)) {
  d <- a[measure, ids] - b[measure, ids]
  cat(sprintf("%s: %.3f, %.3f; difference %.3f (%.3f) on %d series\n", measure, mean(a[measure, ids]),
              mean(b[measure, ids]), mean(d), sd(d) / sqrt(length(d)), length(ids)))
}

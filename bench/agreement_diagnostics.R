#!/usr/bin/env Rscript
# SPDX-License-Identifier: PostgreSQL
# Agreement of the unit root and seasonal tests with R's forecast::ndiffs and nsdiffs (and uroot::ch.test), on every
# series of a folder of sets.
# usage: DIAGNOSTICS_CSV=build/bench/diagnostics_csv Rscript agreement_diagnostics.R INPUTS [GROUP…]
#   INPUTS/groups.csv: group,m,h;  INPUTS/GROUP.csv: series_id,t,y
suppressMessages(library(forecast))
arguments <- commandArgs(TRUE)
inputs <- arguments[1]
groups <- read.csv(file.path(inputs, "groups.csv"))
if (length(arguments) > 1) groups <- groups[groups$group %in% arguments[-1], ]
program <- Sys.getenv("DIAGNOSTICS_CSV", "diagnostics_csv")
quietly <- function(x) suppressWarnings(tryCatch(x, error = function(e) NA))

for (i in seq_len(nrow(groups))) {
  m <- groups$m[i]
  file <- file.path(inputs, paste0(groups$group[i], ".csv"))
  series <- read.csv(file, colClasses = c("character", "numeric", "numeric"))
  ids <- unique(series$series_id)
  ys <- split(series$y, factor(series$series_id, levels = ids))
  ours <- read.csv(text = system2(program, c("--season-length", m, "--input", file), stdout = TRUE),
                   colClasses = c(series_id = "character"))
  r <- do.call(rbind, lapply(ids, function(id) {
    y <- ts(ys[[id]], frequency = m)
    row <- data.frame(series_id = id, kpss = ndiffs(y), adf = quietly(ndiffs(y, test = "adf")),
                      pp = quietly(ndiffs(y, test = "pp")))
    if (m > 1) {
      parts <- mstl(y)
      remainder <- as.numeric(remainder(parts))
      seasonal <- if (any(grepl("^Seasonal", colnames(parts)))) as.numeric(seasonal(parts)) else 0
      row$strength <- max(0, min(1, 1 - var(remainder) / var(remainder + seasonal)))
      row$seas <- quietly(nsdiffs(y))
      row$ocsb_statistic <- quietly(ocsb.test(y, lag.method = "AIC", maxlag = 3)$statistics[[1]])
      row$ocsb <- quietly(nsdiffs(y, test = "ocsb"))
      row$ch_statistic <- quietly(uroot::ch.test(y, type = "trig", sid = "joint", pvalue = "raw")$statistics[[1]])
      row$ch <- quietly(nsdiffs(y, test = "ch"))
    }
    row
  }))
  both <- merge(r, ours, by = "series_id", suffixes = c("_r", "_ours"))
  for (name in setdiff(names(r), "series_id")) {
    a <- both[[paste0(name, "_r")]]
    b <- both[[paste0(name, "_ours")]]
    if (is.integer(b)) {
      same <- !is.na(a) & a == b
      cat(sprintf("%-12s %-15s agree %6.2f%% of %d%s\n", groups$group[i], name, 100 * mean(same), length(same),
                  if (all(same)) "" else paste0("  differ: ", paste(sprintf("%s (R %s, ours %d)", both$series_id,
                    a, b)[!same][seq_len(min(5, sum(!same)))], collapse = ", "))))
    } else {
      ok <- !is.na(a) & !is.na(b)
      cat(sprintf("%-12s %-15s largest difference %.2e of %d\n", groups$group[i], name, max(abs(a - b)[ok], 0), sum(ok)))
    }
  }
  cat(sprintf("%-12s KPSS and seasonal strength together: median %.0f us, largest %.0f us\n", groups$group[i],
              median(ours$cpu_us), max(ours$cpu_us)))
}

#!/usr/bin/env Rscript
# SPDX-License-Identifier: PostgreSQL
# forecast::auto.arima with its defaults on every series of a set, one at a time, in CPU seconds.
# usage: forecast_r.R INPUT.csv SEASON_LENGTH HORIZON OUTPUT_PREFIX LIMIT     (files as forecast_csv reads and writes them)
suppressMessages(library(forecast))
argument <- commandArgs(TRUE)
m <- as.integer(argument[2]); h <- as.integer(argument[3]); limit <- as.numeric(argument[5])
data <- read.csv(argument[1], colClasses = c("character", "numeric", "numeric"))
ids <- head(unique(data$series_id), limit)
cpu <- function() sum(proc.time()[1:2])
short <- function(x) sprintf("%.12g", x)
invisible(forecast(auto.arima(ts(sin(1:60) + (1:60) / 9, frequency = 7)), h = 2))  # compiles the byte code

models <- file(paste0(argument[4], "_series.csv"), "w")
values <- file(paste0(argument[4], "_fc.csv"), "w")
writeLines("series_id,n,order,const,aicc,loglik,sigma2,coef,fit_s,total_s,wall_s,error", models)
writeLines("series_id,h,mean,lo80,hi80,lo95,hi95", values)
for (id in ids) {
  y <- ts(data$y[data$series_id == id], frequency = m)
  fit <- ahead <- NULL
  error <- ""
  gc(FALSE)
  wall <- proc.time()[["elapsed"]]
  start <- fitted <- cpu()
  tryCatch({
    fit <- auto.arima(y)
    fitted <- cpu()
    ahead <- forecast(fit, h = h, level = c(80, 95))
  }, error = function(e) error <<- gsub('["\n]', " ", conditionMessage(e)))
  total <- cpu() - start
  seconds <- paste(short(c(fitted - start, total, proc.time()[["elapsed"]] - wall)), collapse = ",")
  if (is.null(ahead)) {
    writeLines(sprintf('%s,%d,,,,,,,%s,"%s"', id, length(y), seconds, error), models)
    next
  }
  order <- c(arimaorder(fit), rep(0, 4))[1:6]
  text <- sprintf("(%d,%d,%d)", order[1], order[2], order[3])
  if (m > 1 && any(order[4:6] > 0)) text <- paste0(text, sprintf("(%d,%d,%d)[%d]", order[4], order[5], order[6], m))
  constant <- intersect(c("intercept", "drift"), names(coef(fit)))
  writeLines(sprintf('%s,%d,"%s",%s,%s,%s,%s,%s,%s,""', id, length(y), text,
                     if (length(constant)) paste(constant, collapse = "+") else "none", short(fit$aicc),
                     short(fit$loglik), short(fit$sigma2),
                     paste(sprintf("%s=%s", names(coef(fit)), short(coef(fit))), collapse = " "), seconds), models)
  writeLines(paste(id, seq_len(h), short(ahead$mean), short(ahead$lower[, 1]), short(ahead$upper[, 1]),
                   short(ahead$lower[, 2]), short(ahead$upper[, 2]), sep = ","), values)
}

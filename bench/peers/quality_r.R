#!/usr/bin/env Rscript
# SPDX-License-Identifier: PostgreSQL
# An automatic method of R's forecast with its defaults on every series of a set, one at a time, in CPU seconds.
# usage: quality_r.R arima|ets|theta INPUT.csv SEASON_LENGTH HORIZON OUTPUT_PREFIX LIMIT   (files as forecast_csv's)
suppressMessages(library(forecast))
argument <- commandArgs(TRUE)
m <- as.integer(argument[3]); h <- as.integer(argument[4]); limit <- as.numeric(argument[6])
data <- read.csv(argument[2], colClasses = c("character", "numeric", "numeric"))
ids <- head(unique(data$series_id), limit)
cpu <- function() sum(proc.time()[1:2])
short <- function(x) sprintf("%.12g", x)
method <- switch(argument[1],
  arima = function(y) forecast(auto.arima(y), h = h, level = c(80, 95)),
  ets = function(y) forecast(ets(y), h = h, level = c(80, 95)),
  theta = function(y) thetaf(y, h = h, level = c(80, 95)))
invisible(method(ts(sin(1:60) + (1:60) / 9 + 5, frequency = m)))  # compiles the byte code

models <- file(paste0(argument[5], "_series.csv"), "w")
values <- file(paste0(argument[5], "_fc.csv"), "w")
writeLines("series_id,n,order,const,aicc,loglik,sigma2,coef,fit_s,total_s,wall_s,error", models)
writeLines("series_id,h,mean,lo80,hi80,lo95,hi95", values)
for (id in ids) {
  y <- ts(data$y[data$series_id == id], frequency = m)
  error <- ""
  gc(FALSE)
  wall <- proc.time()[["elapsed"]]
  start <- cpu()
  ahead <- tryCatch(method(y), error = function(e) { error <<- gsub('["\n]', " ", conditionMessage(e)); NULL })
  total <- cpu() - start
  name <- if (is.null(ahead)) "" else gsub('"', "", ahead$method)
  writeLines(sprintf('%s,%d,"%s",,,,,,%s,%s,%s,"%s"', id, length(y), name, short(total), short(total),
                     short(proc.time()[["elapsed"]] - wall), error), models)
  if (!is.null(ahead))
    writeLines(sprintf("%s,%d,%s,%s,%s,%s,%s", id, seq_len(h), short(ahead$mean), short(ahead$lower[, 1]),
                       short(ahead$upper[, 1]), short(ahead$lower[, 2]), short(ahead$upper[, 2])), values)
}
close(models); close(values)

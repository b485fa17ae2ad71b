#!/usr/bin/env Rscript
# SPDX-License-Identifier: PostgreSQL
# Writes the reference values that tests/core/reference_*_test.cpp hold the engine against.
# usage: Rscript tests/reference/reference.R [OUTPUT_DIRECTORY]     (default: tests/reference)
# Needs Debian's r-base-core and r-cran-forecast. Files, all with this script's name in their first line:
#   series.csv       series that ship with R (package datasets), the shortest form that reads back to the same number
#   fixed_orders.csv models of given orders by maximum likelihood
#   auto_arima.csv   what forecast::auto.arima chose, by exact likelihood
#   diagnostics.csv  ndiffs, nsdiffs, STL and MSTL
suppressMessages(library(forecast))
directory <- c(commandArgs(TRUE), "tests/reference")[1]
horizon <- 12

# The shortest text that reads back to the same number.
number <- function(v) {
  if (is.na(v)) return("NA")
  short <- formatC(v, digits = 15, format = "g", width = 1)
  if (as.numeric(short) == v) short else formatC(v, digits = 17, format = "g", width = 1)
}
numbers <- function(x) paste(vapply(as.numeric(x), number, ""), collapse = " ")
brief <- function(x) paste(formatC(as.numeric(x), digits = 12, format = "g", width = 1), collapse = " ")
write <- function(name, table) {
  file <- file.path(directory, name)
  cat(sprintf("# written by tests/reference/reference.R; R %s, forecast %s\n", getRversion(), packageVersion("forecast")),
      file = file)
  suppressWarnings(write.table(table, file, append = TRUE, sep = ",", quote = FALSE, row.names = FALSE, na = ""))
}

series <- list(
  AirPassengers = AirPassengers, log_AirPassengers = log(AirPassengers), log10_lynx = log10(lynx),
  USAccDeaths = USAccDeaths, LakeHuron = LakeHuron, WWWusage = WWWusage, Nile = Nile, log_UKgas = log(UKgas),
  co2 = co2, nottem = nottem, sunspot.year = sunspot.year, ldeaths = ldeaths, presidents = presidents,
  treering = ts(treering[1:400]), BJsales = BJsales, log_JohnsonJohnson = log(JohnsonJohnson), lh = lh,
  nhtemp = nhtemp, discoveries = discoveries, log_airmiles = log(airmiles), uspop = ts(as.numeric(uspop)),
  log10_UKDriverDeaths = log10(UKDriverDeaths))
gaps <- USAccDeaths
gaps[c(1, 2, 17, 30:35, 71)] <- NA
series$USAccDeaths_with_gaps <- gaps
regressors <- list(
  LakeHuron.year = as.numeric(time(LakeHuron)) - 1920, UKDriverDeaths.kms = as.numeric(Seatbelts[, "kms"]),
  UKDriverDeaths.PetrolPrice = as.numeric(Seatbelts[, "PetrolPrice"]), UKDriverDeaths.law = as.numeric(Seatbelts[, "law"]),
  BJsales.lead = as.numeric(BJsales.lead))

write("series.csv", do.call(rbind, c(
  lapply(names(series), function(n) data.frame(series = n, season_length = frequency(series[[n]]), values = numbers(series[[n]]))),
  lapply(names(regressors), function(n) data.frame(series = n, season_length = 1, values = numbers(regressors[[n]]))))))

# series, order (p d q P D Q), constant, regressors
models <- read.table(header = TRUE, colClasses = "character", text = "
series                 order            constant  regressors
AirPassengers          '2 1 1 0 1 0'    none      ''
log_AirPassengers      '0 1 1 0 1 1'    none      ''
log_AirPassengers      '2 1 2 1 1 1'    none      ''
log_AirPassengers      '1 0 0 0 1 1'    drift     ''
log10_lynx             '2 0 0 0 0 0'    mean      ''
log10_lynx             '11 0 0 0 0 0'   mean      ''
log10_lynx             '2 0 2 0 0 0'    mean      ''
USAccDeaths            '0 1 1 0 1 1'    none      ''
USAccDeaths            '1 0 1 1 1 0'    none      ''
USAccDeaths            '1 1 1 2 0 0'    none      ''
USAccDeaths_with_gaps  '0 1 1 0 1 1'    none      ''
USAccDeaths_with_gaps  '1 0 0 1 0 0'    mean      ''
LakeHuron              '2 0 0 0 0 0'    mean      LakeHuron.year
LakeHuron              '2 0 0 0 0 0'    mean      ''
LakeHuron              '0 1 1 0 0 0'    drift     ''
LakeHuron              '1 0 1 0 0 0'    mean      ''
WWWusage               '3 1 0 0 0 0'    none      ''
WWWusage               '1 1 1 0 0 0'    none      ''
WWWusage               '0 2 2 0 0 0'    none      ''
Nile                   '0 1 1 0 0 0'    none      ''
Nile                   '1 0 1 0 0 0'    mean      ''
Nile                   '1 0 0 0 0 0'    mean      ''
log_UKgas              '0 1 1 0 1 1'    none      ''
log_UKgas              '1 0 0 1 1 1'    drift     ''
co2                    '0 1 1 0 1 1'    none      ''
co2                    '1 1 1 1 1 2'    none      ''
co2                    '2 1 1 2 1 1'    none      ''
nottem                 '1 0 0 2 1 0'    none      ''
nottem                 '1 0 1 0 1 1'    none      ''
nottem                 '1 0 0 1 0 1'    mean      ''
sunspot.year           '9 0 0 0 0 0'    mean      ''
sunspot.year           '2 0 2 0 0 0'    mean      ''
sunspot.year           '2 1 2 0 0 0'    none      ''
ldeaths                '2 0 0 1 0 0'    mean      ''
ldeaths                '0 0 1 0 1 1'    none      ''
ldeaths                '1 0 0 2 1 0'    drift     ''
presidents             '3 0 0 0 0 0'    mean      ''
presidents             '1 0 1 1 0 0'    mean      ''
presidents             '0 1 1 0 0 0'    none      ''
treering               '1 0 1 0 0 0'    mean      ''
treering               '3 0 2 0 0 0'    mean      ''
treering               '0 0 3 0 0 0'    mean      ''
BJsales                '1 1 1 0 0 0'    none      ''
BJsales                '0 2 1 0 0 0'    none      ''
BJsales                '1 1 0 0 0 0'    drift     ''
BJsales                '1 1 1 0 0 0'    none      BJsales.lead
log_JohnsonJohnson     '0 1 1 0 1 1'    none      ''
log_JohnsonJohnson     '2 0 0 1 1 0'    drift     ''
lh                     '1 0 0 0 0 0'    mean      ''
lh                     '3 0 0 0 0 0'    mean      ''
lh                     '1 0 1 0 0 0'    mean      ''
nhtemp                 '0 1 1 0 0 0'    none      ''
nhtemp                 '1 0 1 0 0 0'    mean      ''
discoveries            '1 0 1 0 0 0'    mean      ''
discoveries            '2 0 0 0 0 0'    mean      ''
log_airmiles           '0 1 0 0 0 0'    drift     ''
log_airmiles           '0 2 1 0 0 0'    none      ''
uspop                  '0 2 1 0 0 0'    none      ''
uspop                  '1 1 0 0 0 0'    drift     ''
log10_UKDriverDeaths   '1 0 0 1 0 0'    mean      UKDriverDeaths.kms;UKDriverDeaths.PetrolPrice;UKDriverDeaths.law
log10_UKDriverDeaths   '1 0 1 0 1 1'    none      ''
log10_UKDriverDeaths   '2 1 1 1 0 1'    none      ''
")

# The best that R finds: both methods, a tight tolerance, and once more from its own optimum. With R's default prior
# variance of the initial state (kappa = 1e6) its log-likelihood of a differenced model is off by up to 3e-3; with 1e9 it
# is that of the differenced series to 1e-5.
best_fit <- function(y, order, constant, xreg) {
  try_fit <- function(method, init = NULL) suppressWarnings(tryCatch({
    arguments <- list(y, order = order[1:3], include.mean = constant == "mean", include.drift = constant == "drift",
                      xreg = xreg, method = method, kappa = 1e9, optim.control = list(reltol = 1e-15, maxit = 3000))
    if (any(order[4:6] > 0)) arguments$seasonal <- order[4:6]
    if (!is.null(init)) arguments$init <- init
    do.call(Arima, arguments)
  }, error = function(e) NULL))
  fits <- Filter(Negate(is.null), list(try_fit("ML"), try_fit("CSS-ML")))
  fits <- fits[order(-vapply(fits, function(f) f$loglik, 0))]
  again <- try_fit("ML", unname(coef(fits[[1]])))
  if (!is.null(again) && again$loglik > fits[[1]]$loglik) again else fits[[1]]
}
errors <- function(fit) suppressWarnings(sqrt(diag(vcov(fit))))
names_of <- function(fit) sub("^intercept$", "mean", names(coef(fit)))

write("fixed_orders.csv", do.call(rbind, lapply(seq_len(nrow(models)), function(i) {
  y <- series[[models$series[i]]]
  order <- as.integer(strsplit(models$order[i], " ")[[1]])
  used <- strsplit(models$regressors[i], ";")[[1]]
  # A regressor's future is its last value, for want of a better one.
  xreg <- if (length(used)) do.call(cbind, setNames(regressors[used], paste0("xreg", seq_along(used))))
  future <- if (length(used)) matrix(rep(tail(xreg, 1), each = horizon), horizon, dimnames = list(NULL, colnames(xreg)))
  fit <- best_fit(y, order, models$constant[i], xreg)
  ahead <- suppressWarnings(if (is.null(future)) forecast(fit, h = horizon, level = 80) else
    forecast(fit, xreg = future, h = horizon, level = 80))
  data.frame(series = models$series[i], order = models$order[i], constant = models$constant[i],
             regressors = models$regressors[i], log_likelihood = brief(fit$loglik), variance = brief(fit$sigma2),
             aicc = brief(fit$aicc), names = paste(names_of(fit), collapse = " "), coefficients = brief(coef(fit)),
             standard_errors = brief(errors(fit)), forecast = brief(as.numeric(ahead$mean)),
             forecast_error = brief((as.numeric(ahead$upper) - as.numeric(ahead$mean)) / qnorm(0.9)))
})))

write("auto_arima.csv", do.call(rbind, lapply(names(series), function(n) {
  chosen <- suppressWarnings(auto.arima(series[[n]], approximation = FALSE))
  order <- c(arimaorder(chosen), 0, 0, 0)[1:6]
  constant <- c(intersect(c("drift", "mean"), names_of(chosen)), "none")[1]
  fit <- best_fit(series[[n]], order, constant, NULL)
  data.frame(series = n, order = paste(order, collapse = " "), constant = constant,
             aicc = brief(fit$aicc), log_likelihood = brief(fit$loglik))
})))

write("diagnostics.csv", do.call(rbind, lapply(names(series), function(n) {
  y <- series[[n]]
  if (anyNA(y)) return(NULL)
  m <- frequency(y)
  quietly <- function(x) suppressWarnings(tryCatch(x, error = function(e) NA))
  row <- data.frame(series = n, kpss = ndiffs(y), adf = quietly(ndiffs(y, test = "adf")), pp = quietly(ndiffs(y, test = "pp")),
                    strength = NA, seas = NA, ocsb = NA, stl_trend = NA, stl_seasonal = NA, mstl_remainder = NA)
  if (m > 1) {
    parts <- mstl(y)
    row$strength <- brief(max(0, 1 - var(parts[, "Remainder"]) / var(parts[, "Remainder"] + parts[, 3])))
    row$seas <- nsdiffs(y)
    row$ocsb <- quietly(nsdiffs(y, test = "ocsb"))
    # At the first, a middle and the last time.
    at <- c(1, length(y) %/% 2, length(y))
    periodic <- stl(y, "periodic")$time.series
    row$stl_trend <- brief(periodic[at, "trend"])
    row$stl_seasonal <- brief(periodic[at, "seasonal"])
    row$mstl_remainder <- brief(parts[at, "Remainder"])
  }
  row
})))

#!/usr/bin/env Rscript
# SPDX-License-Identifier: PostgreSQL
# Writes the reference values that tests/core/reference_*_test.cpp hold the engine against.
# usage: Rscript tests/reference/reference.R [OUTPUT_DIRECTORY]     (default: tests/reference)
# Needs Debian's r-base-core and r-cran-forecast. Files, all with this script's name in their first line:
#   series.csv       series that ship with R (package datasets), the shortest form that reads back to the same number
#   fixed_orders.csv models of given orders by maximum likelihood
#   auto_arima.csv   what forecast::auto.arima chose, by exact likelihood
#   auto_arima_arguments.csv   the same under one argument after another
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
  cat(sprintf("# written by: Rscript tests/reference/reference.R; R %s, forecast %s\n", getRversion(), packageVersion("forecast")),
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
  LakeHuron.year = as.numeric(time(LakeHuron)) - 1920, UKDriverDeaths.kms = as.numeric(Seatbelts[, "kms"]) / 1000,
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

# Standard errors from the curvature of R's likelihood: central differences a hundredth of a standard error wide and twice
# that, extrapolated (Richardson). What stats::arima reports itself goes through a transformation with fixed steps, and is
# off by up to 6% where a coefficient is near the unit circle, and by more where regressors are of very different sizes.
errors_of <- function(negative, at, rough) {
  k <- length(at)
  value <- function(by) suppressWarnings(tryCatch(negative(unname(at) + by), error = function(e) NaN))
  second <- function(h) {
    step <- diag(h, k)
    curvature <- matrix(0, k, k)
    for (i in seq_len(k)) for (j in i:k) {
      a <- step[i, ] / if (i == j) 2 else 1
      b <- step[j, ] / if (i == j) 2 else 1
      curvature[i, j] <- curvature[j, i] <- (value(a + b) - value(a - b) - value(b - a) + value(-a - b)) / sum(2 * a) / sum(2 * b)
    }
    curvature
  }
  for (pass in seq_len(2 * (k > 0))) {
    h <- ifelse(is.finite(rough) & rough > 0, 0.01 * rough, 1e-4)
    curvature <- (4 * second(h) - second(2 * h)) / 3
    rough <- suppressWarnings(tryCatch(sqrt(diag(solve(curvature))), error = function(e) rep(NaN, k)))
  }
  rough
}

# The best that R finds: several starts, then again from its own optimum until nothing is gained, with a tight tolerance
# and short steps for its numerical derivatives, so that R's own imprecision does not hide ours.
# A differenced model is fitted to the differenced series: that is the same likelihood without the large prior variance
# (kappa) that stats::arima gives the initial state, which costs it up to 3e-3 in the log-likelihood. Where values are
# missing that is not possible; there the series is centred and kappa is 1e8, which leaves little for the prior to bias.
best_fit <- function(y, order, constant, xreg) {
  m <- frequency(y)
  differenced <- function(v) {
    if (order[5] > 0) v <- diff(v, lag = m, differences = order[5])
    if (order[2] > 0) v <- diff(v, differences = order[2])
    v
  }
  if (constant == "drift") xreg <- cbind(drift = seq_along(y), xreg)
  by_hand <- !anyNA(y) && order[2] + order[5] > 0
  x <- if (by_hand) differenced(y) else if (order[2] + order[5] > 0) y - mean(y, na.rm = TRUE) else y
  if (by_hand) {
    if (!is.null(xreg)) xreg <- structure(apply(xreg, 2, differenced), dimnames = list(NULL, colnames(xreg)))
    fitted_order <- order * c(1, 0, 1, 1, 0, 1)
  } else fitted_order <- order
  arma <- sum(order[-c(2, 5)])
  free <- arma + (constant == "mean") + NCOL(xreg) * !is.null(xreg)
  if (free == 0) {
    fit <- arima(x, include.mean = FALSE)
  } else {
    step <- if (anyNA(y)) 1e-3 else 1e-4
    try_fit <- function(method, init = NULL) suppressWarnings(tryCatch(
      arima(x, order = fitted_order[1:3], seasonal = list(order = fitted_order[4:6], period = m), xreg = xreg,
            include.mean = constant == "mean", method = method, init = init, kappa = 1e8,
            optim.control = list(reltol = 1e-15, maxit = 1000, ndeps = rep(step, free))), error = function(e) NULL))
    # stats::arima leaves out of the likelihood what it predicts with a variance of 1e4 times the innovations': a gain for
    # a model on the edge of stationarity, and no likelihood.
    honest <- function(f) sum(ARMAtoMA(f$model$phi, f$model$theta, 20000)^2) < 5e3
    best <- function(fits) {
      fits <- Filter(function(f) !is.null(f) && is.finite(f$loglik) && honest(f), fits)
      fits[[which.max(vapply(fits, function(f) f$loglik, 0))]]
    }
    fit <- best(list(try_fit("ML"), try_fit("CSS-ML")))
    set.seed(1)
    starts <- if (arma > 0) lapply(1:4, function(i) replace(unname(coef(fit)), seq_len(arma), runif(arma, -0.6, 0.6)))
    fit <- best(c(list(fit), lapply(starts, function(start) try_fit("ML", start))))
    repeat {
      again <- try_fit("ML", unname(coef(fit)))
      if (is.null(again) || !honest(again) || !(again$loglik > fit$loglik + 1e-10)) break
      fit <- again
    }
  }
  # The estimates that forecast::Arima reports.
  coefficients <- coef(fit)[seq_len(free)]
  names(coefficients) <- sub("^intercept$", "mean", names(coefficients))
  used <- sum(!is.na(x)) - if (by_hand) 0 else order[2] + order[5] * m
  k <- free + 1
  list(order = order, constant = constant, coefficients = coefficients, loglik = fit$loglik,
       errors = errors_of(function(at) -arima(x, order = fitted_order[1:3],
           seasonal = list(order = fitted_order[4:6], period = m), xreg = xreg, include.mean = constant == "mean",
           fixed = at, transform.pars = FALSE, method = "ML", SSinit = "Rossignol2011", kappa = 1e8)$loglik,
         coefficients, suppressWarnings(sqrt(diag(vcov(fit))))[seq_len(free)]),
       sigma2 = sum(residuals(fit)^2, na.rm = TRUE) / (used - free),
       aic = 2 * k - 2 * fit$loglik, bic = k * log(used) - 2 * fit$loglik,
       aicc = 2 * k * used / (used - k - 1) - 2 * fit$loglik)
}
# Forecasts of the series itself from those estimates; of the initial state's prior nothing is left by then.
ahead_of <- function(fit, y, xreg, future) {
  full <- Arima(y, order = fit$order[1:3], seasonal = fit$order[4:6], xreg = xreg, include.mean = fit$constant == "mean",
                include.drift = fit$constant == "drift", fixed = unname(fit$coefficients), transform.pars = FALSE,
                method = "ML", kappa = 1e9)
  full$sigma2 <- fit$sigma2
  arguments <- list(full, h = horizon, level = 80)
  if (!is.null(future)) arguments$xreg <- future
  suppressWarnings(do.call(forecast, arguments))
}
regressors_of <- function(used) if (length(used)) do.call(cbind, setNames(regressors[used], paste0("xreg", seq_along(used))))

write("fixed_orders.csv", do.call(rbind, lapply(seq_len(nrow(models)), function(i) {
  y <- series[[models$series[i]]]
  # A regressor's future is its last value, for want of a better one.
  xreg <- regressors_of(strsplit(models$regressors[i], ";")[[1]])
  future <- if (!is.null(xreg)) matrix(rep(tail(xreg, 1), each = horizon), horizon, dimnames = list(NULL, colnames(xreg)))
  fit <- best_fit(y, as.integer(strsplit(models$order[i], " ")[[1]]), models$constant[i], xreg)
  ahead <- ahead_of(fit, y, xreg, future)
  data.frame(models[i, ], log_likelihood = brief(fit$loglik), variance = brief(fit$sigma2), aicc = brief(fit$aicc),
             names = paste(names(fit$coefficients), collapse = " "), coefficients = brief(fit$coefficients),
             standard_errors = brief(fit$errors), forecast = brief(ahead$mean),
             forecast_error = brief((as.numeric(ahead$upper) - as.numeric(ahead$mean)) / qnorm(0.9)))
})))

# What auto.arima chose, with its criterion by exact likelihood.
chosen_by <- function(y, arguments = list(), xreg = NULL) {
  chosen <- suppressWarnings(do.call(auto.arima, c(list(y, approximation = FALSE, xreg = xreg), arguments)))
  order <- c(arimaorder(chosen), 0, 0, 0)[1:6]
  best_fit(y, order, c(intersect(c("drift", "mean"), sub("^intercept$", "mean", names(coef(chosen)))), "none")[1], xreg)
}

write("auto_arima.csv", do.call(rbind, lapply(names(series), function(n) {
  fit <- chosen_by(series[[n]])
  data.frame(series = n, order = paste(fit$order, collapse = " "), constant = fit$constant,
             aicc = brief(fit$aicc), log_likelihood = brief(fit$loglik))
})))

# Series, and the arguments of auto.arima; a name with a dot is a regressor.
searches <- read.table(text = "
AirPassengers|USAccDeaths|LakeHuron|WWWusage|Nile|log_UKgas|log10_lynx|lh|ldeaths|BJsales|log_JohnsonJohnson|presidents   ic=aic
AirPassengers|USAccDeaths|LakeHuron|WWWusage|Nile|log_UKgas|log10_lynx|lh|ldeaths|BJsales|log_JohnsonJohnson|presidents   ic=bic
log10_lynx|LakeHuron|WWWusage|Nile|lh|nhtemp|BJsales|discoveries|uspop|log_airmiles|log_JohnsonJohnson|presidents|USAccDeaths  stepwise=FALSE
log10_lynx|LakeHuron|Nile|lh                  stepwise=FALSE;ic=bic
log10_lynx|log_JohnsonJohnson                 stepwise=FALSE;max.order=2
lh|Nile|WWWusage                              d=1
Nile|BJsales                                  d=0
WWWusage|uspop                                d=2
USAccDeaths|log_UKgas|log_JohnsonJohnson      D=0
ldeaths|presidents                            D=1
log10_lynx|WWWusage|sunspot.year|LakeHuron    max.p=1
log10_lynx|WWWusage|lh                        max.p=0
log10_lynx|sunspot.year|Nile                  max.q=1
log10_lynx|WWWusage|USAccDeaths               max.q=0
ldeaths|log_JohnsonJohnson|log_UKgas          max.P=0
USAccDeaths|presidents|ldeaths                max.Q=0
Nile|WWWusage                                 max.d=0
uspop|log_airmiles                            max.d=1
USAccDeaths|log_JohnsonJohnson|ldeaths        max.D=0
log10_lynx|WWWusage|Nile                      start.p=0;start.q=0
log10_lynx|sunspot.year                       start.p=4
log10_lynx|LakeHuron                          start.q=4
ldeaths|log_UKgas                             start.P=2
USAccDeaths|presidents                        start.Q=2
Nile|LakeHuron|log_JohnsonJohnson             stationary=TRUE
USAccDeaths|log_UKgas|presidents              seasonal=FALSE
log10_lynx|ldeaths|sunspot.year               nmodels=10
log_airmiles|BJsales|log_UKgas                allowdrift=FALSE
lh|log10_lynx|presidents                      allowmean=FALSE
Nile|WWWusage|log10_lynx|nhtemp|uspop         test=adf
Nile|WWWusage|log10_lynx|nhtemp|uspop         test=pp
USAccDeaths|log_UKgas|ldeaths|log_JohnsonJohnson  seasonal.test=ocsb
LakeHuron                                     xreg=LakeHuron.year
BJsales                                       xreg=BJsales.lead
log10_UKDriverDeaths                          xreg=UKDriverDeaths.kms+UKDriverDeaths.PetrolPrice+UKDriverDeaths.law
log10_UKDriverDeaths                          xreg=UKDriverDeaths.PetrolPrice+UKDriverDeaths.law
log10_UKDriverDeaths                          xreg=UKDriverDeaths.PetrolPrice+UKDriverDeaths.law;D=1
log10_UKDriverDeaths                          xreg=UKDriverDeaths.kms+UKDriverDeaths.law;d=0;D=0;ic=bic
", col.names = c("series", "arguments"), colClasses = "character")

write("auto_arima_arguments.csv", do.call(rbind, lapply(seq_len(nrow(searches)), function(i) {
  pairs <- strsplit(strsplit(searches$arguments[i], ";")[[1]], "=")
  arguments <- setNames(lapply(pairs, function(pair) type.convert(pair[2], as.is = TRUE)), vapply(pairs, `[`, "", 1))
  xreg <- regressors_of(strsplit(c(arguments$xreg, "")[1], "+", fixed = TRUE)[[1]])
  arguments$xreg <- NULL
  do.call(rbind, lapply(strsplit(searches$series[i], "|", fixed = TRUE)[[1]], function(n) {
    fit <- tryCatch(chosen_by(series[[n]], arguments, xreg), error = function(e) NULL)
    # auto.arima itself gives up on some.
    if (is.null(fit)) return(message("left out: ", n, " ", searches$arguments[i]))
    data.frame(series = n, arguments = searches$arguments[i], order = paste(fit$order, collapse = " "),
               constant = fit$constant, criterion = brief(fit[[c(arguments$ic, "aicc")[1]]]))
  }))
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

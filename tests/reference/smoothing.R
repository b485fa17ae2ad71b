# SPDX-License-Identifier: PostgreSQL
#
# Exponential smoothing and Theta by R's forecast package: `Rscript tests/reference/smoothing.R` writes smoothing.csv.
# The initial seasonal states are turned to the order of time: the first is that of the first month.
suppressMessages(library(forecast))
brief <- function(x) paste(format(as.numeric(x), digits = 12, trim = TRUE), collapse = " ")
row <- function(name, y, model, damped) {
  fit <- ets(y, model = model, damped = damped)
  ahead <- forecast(fit, h = 14, level = 80)
  states <- as.numeric(fit$initstate)
  data.frame(series = name, method = gsub(",", "", fit$method), log_likelihood = brief(fit$loglik), aicc = brief(fit$aicc),
             smoothing = brief(fit$par[intersect(c("alpha", "beta", "gamma", "phi"), names(fit$par))]),
             states = brief(states[!grepl("^s", names(fit$initstate))]),
             season = brief(rev(states[grepl("^s", names(fit$initstate))])), variance = brief(fit$sigma2),
             mean = brief(ahead$mean), upper = brief(ahead$upper))
}
theta <- function(name, y) data.frame(series = name, method = "Theta", log_likelihood = "", aicc = "", smoothing = "",
                                      states = "", season = "", variance = "", mean = brief(thetaf(y, h = 14)$mean), upper = "")
rows <- rbind(row("USAccDeaths", USAccDeaths, "ANA", FALSE), row("AirPassengers", AirPassengers, "MAM", TRUE),
              row("AirPassengers", AirPassengers, "MAM", FALSE), row("nottem", nottem, "MNM", FALSE),
              row("Nile", Nile, "ANN", FALSE), row("Nile", Nile, "MNN", FALSE), row("WWWusage", WWWusage, "AAN", TRUE),
              theta("Nile", Nile), theta("USAccDeaths", USAccDeaths))
file <- file("tests/reference/smoothing.csv", "w")
writeLines(sprintf("# written by: Rscript tests/reference/smoothing.R; R %s.%s, forecast %s", R.version$major,
                   R.version$minor, packageVersion("forecast")), file)
write.csv(rows, file, row.names = FALSE, quote = FALSE)
close(file)

// SPDX-License-Identifier: PostgreSQL
#include "etl/currency.h"

#include "etl/files/rows.h"

namespace performance_tracker::etl {
namespace {

constexpr char kKnownRates[] = R"(
CREATE TEMPORARY TABLE known_rates ON COMMIT DROP AS
SELECT currency, date, lead(date, 1, 'infinity') OVER (PARTITION BY currency ORDER BY date) AS until, rate
FROM currency_rates WHERE currency IS DISTINCT FROM nullif($1, ''))";

constexpr char kCurrencies[] =
    "SELECT DISTINCT coalesce(currency, $1) FROM pg_temp.staged_rows WHERE coalesce(currency, $1) <> '' ORDER BY 1";

constexpr char kWithoutRate[] = R"(
SELECT coalesce(r.currency, $1), min(r.date)
FROM pg_temp.staged_rows r
WHERE coalesce(r.currency, $1) NOT IN ('', $2)
  AND NOT EXISTS (SELECT FROM pg_temp.known_rates k
                  WHERE k.currency = coalesce(r.currency, $1) AND r.date >= k.date AND r.date < k.until)
GROUP BY 1 ORDER BY 1)";

constexpr char kRememberCurrency[] =
    "INSERT INTO shop_settings (currency) VALUES ($1) ON CONFLICT (only_row) DO UPDATE SET currency = "
    "EXCLUDED.currency";

}  // namespace

std::string read_rates(db::Connection& connection) {
  const auto setting = connection.execute("SELECT currency FROM shop_settings WHERE currency IS NOT NULL");
  const std::string shop = setting.rows() == 0 ? "" : std::string(setting.text(0, 0));
  connection.execute("DROP TABLE IF EXISTS pg_temp.known_rates");
  connection.execute(kKnownRates, {shop});
  return shop;
}

std::string settle_currencies(db::Connection& connection, const std::string& unsaid) {
  std::string shop = read_rates(connection);
  const auto currencies = connection.execute(kCurrencies, {unsaid});
  if (currencies.rows() == 0) return shop;
  if (shop.empty()) {
    if (currencies.rows() > 1)
      throw FileError(
          "its amounts are in " + std::string(currencies.text(0, 0)) + " and " + std::string(currencies.text(1, 0)) +
          ", and nobody has said what the shop's currency is: INSERT INTO shop_settings (currency) VALUES ('" +
          std::string(currencies.text(0, 0)) + "') ON CONFLICT (only_row) DO UPDATE SET currency = EXCLUDED.currency");
    shop = currencies.text(0, 0);
    const bool empty = !connection.execute("SELECT EXISTS (SELECT FROM daily_performance)").boolean(0, 0);
    if (empty) connection.execute(kRememberCurrency, {shop});
    return shop;
  }
  const auto missing = connection.execute(kWithoutRate, {unsaid, shop});
  if (missing.rows() > 0) {
    const std::string currency(missing.text(0, 0)), day(missing.text(0, 1));
    throw FileError("its amounts are in " + currency + ", the shop's in " + shop + ", and there is no rate for " + day +
                    ": INSERT INTO currency_rates (currency, date, rate) VALUES ('" + currency + "', '" + day +
                    "', …), what 1 " + currency + " is worth in " + shop);
  }
  return shop;
}

}  // namespace performance_tracker::etl

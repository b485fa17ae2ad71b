// SPDX-License-Identifier: PostgreSQL
//
// daily_performance as the sum of what several sources say of a product's day.
//
// Each source's rows are in campaign_performance. Advertising adds up over sources; units and revenue come from the
// shop's own orders where there are any for that day, else from what the ad platforms attribute to themselves.
#pragma once

#include <string>

#include "db.h"
#include "etl/store.h"

namespace performance_tracker::etl {

// Writes pg_temp.staged_facts (date, product_id, external_id, campaign, channel, currency, impressions, clicks,
// ad_spend, units_sold, revenue, original_ad_spend, original_revenue) of one source into campaign_performance, and
// brings daily_performance up to date for their days and products. What the source said before of a staged day and
// external_id is replaced. Within a transaction of the caller's, once. $1 of all statements is the source.
class CampaignStore {
 public:
  CampaignStore(db::Connection& connection, Store& store, const Batch& batch)
      : connection_(connection), store_(store), batch_(batch) {}

  // `orders`: the source is the shop itself; a product that it does not mention on a day was not sold.
  // `whole`: what it does not mention at all is no longer true.
  void write(bool orders, bool whole, RowCounts& counts);

 private:
  std::int64_t run(const std::string& sql, const db::Params& parameters = {});
  void stage_pairs(bool orders, bool whole);
  void keep_other_sources();
  void write_facts();
  void write_days(RowCounts& counts);

  db::Connection& connection_;
  Store& store_;
  const Batch& batch_;
};

}  // namespace performance_tracker::etl

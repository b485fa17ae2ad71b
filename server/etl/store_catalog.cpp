// SPDX-License-Identifier: PostgreSQL
//
// Products and promotions. A product is known by its source's key: its name is what people call it today.
#include "etl/store.h"
#include "etl/store_text.h"

namespace performance_tracker::etl {
namespace {

// pg_temp first: a table of that name in the user's schema is never meant. `chosen` is the name that it gets here,
// `known` whether it has its key already. A temporary table is never joined with one of the shop's, which may lie
// elsewhere: the session reads its own copy of those first.
constexpr char kStageProducts[] =
    "CREATE TEMPORARY TABLE staged_products (external_id text, name text, price numeric, category text, "
    "product_id integer, chosen text, known boolean DEFAULT false) ON COMMIT DROP";

constexpr const char* kReadCatalog[] = {
    "CREATE TEMPORARY TABLE catalog_keys ON COMMIT DROP AS SELECT source, external_id, product_id FROM product_keys",
    "CREATE TEMPORARY TABLE catalog_products ON COMMIT DROP AS SELECT id, name FROM products",
    "ANALYZE pg_temp.staged_products",
    "ANALYZE pg_temp.catalog_keys",
    "ANALYZE pg_temp.catalog_products",
};

constexpr char kFindKnown[] = R"(
UPDATE pg_temp.staged_products s SET product_id = k.product_id, known = true
FROM pg_temp.catalog_keys k
WHERE k.source = $1 AND k.external_id = s.external_id)";

// A product that no source has claimed yet: made by hand, or loaded before there were keys.
constexpr char kClaim[] = R"(
UPDATE pg_temp.staged_products s SET product_id = p.id
FROM pg_temp.catalog_products p
WHERE s.product_id IS NULL AND p.name = s.name
  AND NOT EXISTS (SELECT FROM pg_temp.catalog_keys k WHERE k.product_id = p.id))";

// The platform's name, unless a product that this load does not rename holds it.
constexpr const char* kChooseNames[] = {
    "UPDATE pg_temp.staged_products SET chosen = name",
    R"(
UPDATE pg_temp.staged_products s SET chosen = s.name || ' (' || s.external_id || ')'
FROM (SELECT p.id, p.name FROM pg_temp.catalog_products p
      LEFT JOIN pg_temp.staged_products t ON t.product_id = p.id WHERE t.external_id IS NULL) AS other
WHERE other.name = s.name AND other.id IS DISTINCT FROM s.product_id)",
};

// Names may go round in a circle: out of the way first, then to their places.
constexpr char kClearNames[] = R"(
UPDATE products SET name = '(renamed ' || id || ')'
WHERE id IN (SELECT s.product_id FROM pg_temp.staged_products s JOIN pg_temp.catalog_products c ON c.id = s.product_id
             WHERE c.name <> s.chosen))";

constexpr char kUpdateProducts[] = R"(
WITH given AS MATERIALIZED (
    SELECT product_id, chosen, price, category FROM pg_temp.staged_products WHERE product_id IS NOT NULL
)
UPDATE products p
SET name = g.chosen, price = coalesce(g.price, p.price), category = coalesce(g.category, p.category)
FROM given g
WHERE p.id = g.product_id
  AND (p.name, p.price, p.category)
      IS DISTINCT FROM (g.chosen, coalesce(round(g.price, 2), p.price), coalesce(g.category, p.category)))";

constexpr char kInsertProducts[] = R"(
INSERT INTO products (name, price, category)
SELECT s.chosen, s.price, s.category
FROM pg_temp.staged_products s
WHERE s.product_id IS NULL
ORDER BY s.category, s.chosen)";

constexpr const char* kFindInserted[] = {
    "CREATE TEMPORARY TABLE catalog_made ON COMMIT DROP AS SELECT id, name FROM products",
    "UPDATE pg_temp.staged_products s SET product_id = m.id FROM pg_temp.catalog_made m "
    "WHERE s.product_id IS NULL AND m.name = s.chosen",
};

constexpr char kInsertKeys[] = R"(
INSERT INTO product_keys (source, external_id, product_id)
SELECT $1, s.external_id, s.product_id FROM pg_temp.staged_products s WHERE s.product_id IS NOT NULL AND NOT s.known)";

constexpr const char* kStagePromotions[] = {
    R"(
CREATE TEMPORARY TABLE staged_promotions (name text, external_id text, category text, promotion_start date,
                                          promotion_end date, discount_pct numeric, product_id integer) ON COMMIT DROP)",
    R"(
CREATE TEMPORARY TABLE current_promotions ON COMMIT DROP AS
SELECT name, product_id, category, promotion_start FROM promotions)",
};

constexpr char kFindPromoted[] = R"(
UPDATE pg_temp.staged_promotions s SET product_id = p.product_id
FROM pg_temp.staged_products p WHERE p.external_id = s.external_id)";

constexpr char kInsertPromotions[] = R"(
INSERT INTO promotions (name, product_id, category, promotion_start, promotion_end, discount_pct)
SELECT s.name, s.product_id, s.category, s.promotion_start, s.promotion_end, s.discount_pct
FROM pg_temp.staged_promotions s
WHERE NOT EXISTS (SELECT FROM pg_temp.current_promotions k
                  WHERE (k.name, k.promotion_start) = (s.name, s.promotion_start)
                    AND (k.product_id, k.category) IS NOT DISTINCT FROM (s.product_id, s.category))
ORDER BY s.promotion_start, s.name
ON CONFLICT DO NOTHING)";

constexpr char kUpdatePromotions[] = R"(
WITH given AS MATERIALIZED (
    SELECT name, product_id, category, promotion_start, promotion_end, discount_pct FROM pg_temp.staged_promotions
)
UPDATE promotions k
SET promotion_end = s.promotion_end, discount_pct = s.discount_pct
FROM given s
WHERE (k.name, k.promotion_start) = (s.name, s.promotion_start)
  AND (k.product_id, k.category) IS NOT DISTINCT FROM (s.product_id, s.category)
  AND (k.promotion_end, k.discount_pct) IS DISTINCT FROM (s.promotion_end, round(s.discount_pct, 2)))";

}  // namespace

Store::Catalogued Store::load_catalog(const std::string& source, const Catalog& catalog,
                                      const std::vector<PromotionRow>& promotions) {
  Catalogued result;
  connection_.execute(kStageProducts);
  db::CopyIn products(connection_, "COPY pg_temp.staged_products (external_id, name, price, category) FROM STDIN");
  for (const auto& [id, product] : catalog)
    products.row({id, product.name, number_param(product.price), product.category});
  products.finish();
  for (const char* sql : kReadCatalog) connection_.execute(sql);
  connection_.execute(kFindKnown, {source});
  connection_.execute(kClaim);
  for (const char* sql : kChooseNames) connection_.execute(sql);
  connection_.execute(kClearNames);
  connection_.execute(kUpdateProducts);
  result.products_new = connection_.execute(kInsertProducts).affected_rows();
  for (const char* sql : kFindInserted) connection_.execute(sql);
  connection_.execute(kInsertKeys, {source});

  for (const char* sql : kStagePromotions) connection_.execute(sql);
  db::CopyIn staged(connection_,
                    "COPY pg_temp.staged_promotions (name, external_id, category, promotion_start, promotion_end, "
                    "discount_pct) FROM STDIN");
  for (const PromotionRow& p : promotions)
    staged.row({p.name, p.product_id, p.category, to_string(p.first), to_string(p.last), number_param(p.discount_pct)});
  staged.finish();
  connection_.execute(kFindPromoted);
  result.promotions_changed = connection_.execute(kInsertPromotions).affected_rows();
  result.promotions_changed += connection_.execute(kUpdatePromotions).affected_rows();
  return result;
}

}  // namespace performance_tracker::etl

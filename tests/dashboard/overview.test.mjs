// SPDX-License-Identifier: PostgreSQL
// The overview with the server's real rows: every section shows them, and every filter reaches every panel.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { choose, closePage, hashOf, launch, openPage, parametersOf, settled } from './browser.mjs';
import { api, catalog, csv, text } from './server.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

const routesOf = (urls) => urls.map((url) => new URL(url)).filter((url) => url.pathname.includes('/api/v1/'));

/** Every API request that the page makes while `action` runs and the panels settle. */
async function requestsDuring(page, action) {
  const urls = [];
  const listen = (request) => urls.push(request.url());
  page.on('request', listen);
  await action();
  await settled(page);
  page.off('request', listen);
  return routesOf(urls);
}

const PANEL_ROUTES = [
  'kpis',
  'revenue-change',
  'revenue-bridge',
  'forecast-sum',
  'revenue-trend',
  'forecast',
  'recommendations',
  'incidents',
  'top-sellers',
  'worst-performers',
  'week-over-week',
  'promotions',
];
const find = (urls, route) => urls.find((url) => url.pathname.endsWith(`/api/v1/${route}`));

test('every section shows the rows of its route', async () => {
  const page = await openPage(browser, { hash: '#/' });
  const kpis = (await api('kpis')).data;
  assert.equal(await page.locator('.kpi').count(), kpis.length - 1, 'revenue is the headline');
  assert.ok(kpis.length >= 8, 'revenue, ROAS, ACOS, CTR, CPC, conversion rate, clicks, impressions at least');
  const revenue = kpis.find((row) => row.metric === 'revenue');
  const shown = await text(page, '.headline-number');
  assert.equal(Number(shown.replaceAll(/[^0-9]/g, '')), Math.round(revenue.value));
  assert.match(await text(page, '.headline-change'), /[+\u2212]?\d+\.\d%/);
  assert.equal(await page.locator('.kpi .sparkline-line').count(), kpis.length - 1, 'every figure has its small line');

  const { meta } = await catalog();
  const legend = await page.locator('#trend .legend-item').allTextContents();
  assert.deepEqual(legend.toSorted?.() ?? [...legend].sort(), [...meta.categories].sort());

  const forecast = (await api('forecast')).data;
  assert.equal(forecast.length, 30);
  const members = page.locator('#forecast .forecast-summary summary');
  if ((await members.count()) > 0) await members.click(); // what a combination is made of is folded
  assert.ok(
    (await page.locator('#forecast .forecast-summary').textContent()).includes(forecast[0].model),
    'the model is named',
  );

  const recommendations = (await api('recommendations')).data;
  const firstShown = await page.locator('#recommendations tbody tr').first().textContent();
  assert.ok(
    recommendations.length > 0 &&
      firstShown.includes(recommendations[0].product) &&
      firstShown.includes(recommendations[0].action),
  );

  // Incidents of the last four weeks that touch the period, falls first when they sum to a loss.
  const { data_through: through } = (await catalog()).meta;
  const from = new Date(Date.parse(through) - 6 * 86_400_000).toISOString().slice(0, 10);
  const incidents = (await api('incidents')).data.filter((row) => row.incident_end >= from);
  const loss = incidents.reduce((sum, row) => sum + (row.revenue_effect ?? 0), 0) < 0;
  assert.equal(
    await page.locator('#incidents tbody tr').count(),
    Math.min(incidents.length, incidents.length > 10 ? 8 : 10),
  );
  if (incidents.length > 0) {
    const effects = incidents.map((row) => row.revenue_effect ?? 0);
    const worst = loss ? Math.min(...effects) : effects.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
    const first = incidents.find((row) => row.revenue_effect === worst);
    const row = await page.locator('#incidents tbody tr').first().textContent();
    assert.ok(
      row.includes(first.hypothesis) &&
        (!first.products?.length || first.scope === 'shop' || row.includes(first.products[0])),
    );
  } else {
    assert.match(await text(page, '#incidents .empty'), /Nothing out of the ordinary/);
  }

  for (const [route, id] of [
    ['top-sellers', 'top-sellers'],
    ['worst-performers', 'worst-performers'],
    ['week-over-week', 'week-over-week'],
  ]) {
    const rows = (await api(route)).data;
    const names = await page.locator(`#${id} tbody th a`).allTextContents();
    assert.deepEqual(
      names,
      rows.slice(0, 5).map((row) => row.product),
      route,
    );
  }

  const promotions = (await api('promotions')).data;
  assert.ok(promotions.length > 0);
  const judged = promotions
    .filter((row) => row.absolute_effect !== null)
    .sort((a, b) => b.promotion_start.localeCompare(a.promotion_start));
  const latest = judged[0] ?? promotions[0];
  const promotionShown = await page.locator('#promotions tbody tr').first().textContent();
  assert.ok(
    promotionShown.includes(latest.promotion) && promotionShown.includes(latest.report ?? ''),
    'the latest judged promotion leads',
  );

  assert.match(await text(page, '.load-status'), /Last load succeeded .* complete days until/);
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('the category filter reaches every panel, and the address', async () => {
  const page = await openPage(browser, { hash: '#/' });
  const { meta } = await catalog();
  const category = meta.categories[0];
  const urls = await requestsDuring(page, () => choose(page, 'Category', category));
  for (const route of PANEL_ROUTES) {
    assert.equal(find(urls, route)?.searchParams.get('category'), category, route);
  }
  assert.equal((await parametersOf(page)).get('category'), category);
  assert.equal(await text(page, 'h1'), category);
  assert.equal(await page.locator('.kpi .sparkline-line').count(), await page.locator('.kpi').count());
  const foreign = await page.locator('#week-over-week .cell-note').allTextContents();
  assert.ok(!foreign.some((note) => meta.categories.includes(note) && note !== category));
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('the product filter reaches every panel', async () => {
  const page = await openPage(browser, { hash: '#/' });
  const { data } = await catalog();
  const { product, category } = data[0];
  const urls = await requestsDuring(page, () => choose(page, 'Product', product));
  for (const route of [
    'kpis',
    'revenue-trend',
    'forecast',
    'recommendations',
    'incidents',
    'week-over-week',
    'promotions',
  ]) {
    assert.equal(find(urls, route)?.searchParams.get('product'), product, route);
  }
  // A rank among one says nothing: rankings take the product's category and mark its row.
  for (const route of ['top-sellers', 'worst-performers'])
    assert.equal(find(urls, route)?.searchParams.get('category'), category, route);
  const ranked = (await api('top-sellers', { category, n: 100 })).data.some((row) => row.product === product);
  assert.equal(await page.locator('#top-sellers tr.chosen').count(), ranked ? 1 : 0);
  assert.equal(await page.locator('.sparkline-line').count(), 9, 'a product has all its small lines too');
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('the period reaches the panels that it concerns', async () => {
  const page = await openPage(browser, { hash: '#/' });
  const byPeriod = await requestsDuring(page, () => page.getByLabel('Period').selectOption('14'));
  const { meta } = await catalog();
  assert.equal(find(byPeriod, 'kpis')?.searchParams.get('period_end'), meta.data_through);
  for (const route of ['recommendations', 'top-sellers', 'worst-performers', 'week-over-week']) {
    assert.equal(find(byPeriod, route)?.searchParams.get('days'), '14', route);
  }
  assert.match(await hashOf(page), /days=14/);
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('an address with filters is the view it names', async () => {
  const { data } = await catalog();
  const { product } = data.at(-1);
  const page = await openPage(browser, {
    hash: `#/?product=${encodeURIComponent(product)}&days=28`,
  });
  assert.equal(await text(page, 'h1'), product);
  assert.equal(await page.getByLabel('Period').inputValue(), '28');
  assert.equal(await page.getByLabel('Product', { exact: true }).first().inputValue(), product);
  await closePage(page);
});

test('the baseline stands beside the forecast on request', async () => {
  const page = await openPage(browser, { hash: '#/' });
  const urls = await requestsDuring(page, () => page.getByLabel('Baseline').check());
  assert.ok(urls.some((url) => url.searchParams.get('method') === 'moving_average'));
  assert.ok((await page.locator('#forecast .legend-item').allTextContents()).includes('7-day average'));
  await page.locator('#forecast').getByText('Figures as a table').click();
  await page.locator('#forecast .chart-table tbody tr').first().waitFor(); // filled after the click, by the toggle event
  assert.ok((await page.locator('#forecast .chart-table tbody tr').count()) > 30, 'history and forecast as a table');
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('recommendations are filtered by type and category and searched by product', async () => {
  const page = await openPage(browser, { hash: '#/' });
  const rows = (await api('recommendations')).data;
  const panel = page.locator('#recommendations');
  const status = () => panel.getByRole('status').textContent();
  const type = rows[0].recommendation_type;
  await panel.getByLabel('Type').selectOption(type);
  assert.equal(
    await status(),
    `${rows.filter((row) => row.recommendation_type === type).length} of ${rows.length} recommendations`,
  );
  await panel.getByLabel('Type').selectOption('');
  const { category } = rows.at(-1);
  await panel.getByLabel('Category').selectOption(category);
  assert.equal(
    await status(),
    `${rows.filter((row) => row.category === category).length} of ${rows.length} recommendations`,
  );
  await panel.getByLabel('Category').selectOption('');
  const part = rows[0].product.slice(0, 5).toUpperCase();
  await panel.getByLabel('Find a product').fill(part);
  assert.equal(
    await status(),
    `${rows.filter((row) => row.product.toUpperCase().includes(part)).length} of ${rows.length} recommendations`,
  );
  await panel.getByLabel('Find a product').fill('no such product');
  assert.match(await panel.locator('.empty').textContent(), /No recommendation matches/);
  await closePage(page);
});

test('tables sort by their headings and say so', async () => {
  const page = await openPage(browser, { hash: '#/' });
  const heading = page.locator('#week-over-week th', { hasText: 'Revenue' });
  assert.equal(await heading.getAttribute('aria-sort'), 'none');
  await heading.getByRole('button').click();
  assert.equal(await heading.getAttribute('aria-sort'), 'descending');
  const rows = (await api('week-over-week')).data;
  const best = rows.reduce((a, b) => ((b.revenue ?? 0) > (a.revenue ?? 0) ? b : a)).product;
  assert.equal(await page.locator('#week-over-week tbody th a').first().textContent(), best);
  await heading.getByRole('button').click();
  assert.equal(await heading.getAttribute('aria-sort'), 'ascending');
  await closePage(page);
});

test('CSV links answer CSV of the selection, and a chart saves as PNG', async () => {
  const { data } = await catalog();
  const { category } = data[0];
  const page = await openPage(browser, { hash: `#/?category=${encodeURIComponent(category)}` });
  const links = page.locator('a.action', { hasText: 'CSV' });
  assert.equal(await links.count(), 11);
  for (const link of await links.all()) {
    const href = await link.evaluate((element) => element.href);
    const { type, lines } = await csv(href);
    assert.match(type, /^text\/csv/);
    assert.ok(lines[0].includes(','), `${href} has a heading`);
  }
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('#forecast').getByRole('button', { name: /PNG/ }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'revenue-forecast.png');
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

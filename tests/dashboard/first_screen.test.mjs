// SPDX-License-Identifier: PostgreSQL
// The first screen: the figure, why it changed, the steps of the change, what to do.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closePage, eventually, launch, openPage, settled } from './browser.mjs';
import { api, catalog, text } from './server.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

/** "\u2212$1,234" as a number. */
const amount = (shown) => Number(shown.replaceAll(/[^0-9\u2212]/g, '').replace('\u2212', '-'));

test('why: the lines of the API, in words, with amounts that add up to the change', async () => {
  const page = await openPage(browser, { hash: '#/' });
  const rows = (await api('revenue-change')).data;
  const amounts = (await page.locator('#why .reason-amount').allTextContents()).map(amount);
  assert.deepEqual(
    amounts,
    rows.map((row) => Math.round(row.amount)),
  );
  const change = rows[0].revenue - rows[0].prior_revenue;
  assert.ok(Math.abs(rows.reduce((sum, row) => sum + row.amount, 0) - change) < 0.005);
  assert.match(await text(page, '#why h2'), change < 0 ? /fell/ : /rose|changed/);
  for (const [index, row] of rows.entries())
    if (row.kind === 'incident' && row.subject) {
      const line = page.locator('#why li').nth(index);
      assert.ok((await line.innerText()).includes(row.subject));
      const href = await line.locator('a').getAttribute('href');
      assert.equal(
        href.startsWith(row.scope === 'product' ? `#/product/${encodeURIComponent(row.subject)}` : '#/'),
        true,
      );
    }
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('the headline says whether the change is more than noise', async () => {
  const page = await openPage(browser, { hash: '#/' });
  const revenue = (await api('kpis')).data.find((row) => row.metric === 'revenue');
  const noted = await text(page, '#headline');
  if (revenue.is_unusual !== null)
    assert.match(noted, revenue.is_unusual ? /more than noise/ : /within the usual swing/);
  const flat = await page.locator('.headline-change.change-flat').count();
  assert.equal(flat, revenue.is_unusual ? 0 : 1, 'noise has no colour');
  const outlook = (await api('forecast-sum')).data[0];
  assert.ok(noted.replaceAll(',', '').includes(String(Math.round(outlook.forecast_value))));
  await closePage(page);
});

test('the steps lead from one period to the other, and open on click', async () => {
  const page = await openPage(browser, { hash: '#/' });
  const rows = (await api('revenue-bridge')).data;
  const amounts = (await page.locator('#bridge .bridge-amount').allTextContents()).map(amount);
  assert.deepEqual(
    amounts,
    rows.map((row) => Math.round(row.amount)),
  );
  const { segment: category } = rows.find((row) => row.step === 'category');
  await page.locator('#bridge').getByRole('button', { name: category }).click();
  await eventually(async () => assert.match(await text(page, '#bridge .bridge-trail'), new RegExp(category)));
  await settled(page);
  const products = (await api('revenue-bridge', { category })).data;
  assert.equal(await page.locator('#bridge tbody tr').count(), products.length);
  const product = products.find((row) => row.step === 'product').segment;
  await page.locator('#bridge').getByRole('button', { name: product }).click();
  await eventually(async () => assert.match(await text(page, '#bridge tbody'), /Impressions.*Conversion rate/s));
  await page.locator('#bridge').getByRole('button', { name: 'All products' }).click();
  await eventually(async () => assert.equal(await page.locator('#bridge tbody tr').count(), rows.length));
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('what to do: at most three, one a product', async () => {
  const page = await openPage(browser, { hash: '#/' });
  const shown = await page.locator('#to-do .to-do-product').allTextContents();
  assert.ok(shown.length <= 3 && new Set(shown).size === shown.length);
  const known = new Set((await api('recommendations', { days: 7 })).data.map((row) => row.product));
  assert.ok(shown.every((name) => known.has(name)));
  await closePage(page);
});

test('all rows of a page come in one request', async () => {
  const urls = [];
  const page = await openPage(browser, {
    hash: '#/',
    together: true,
    before: (fresh) => fresh.on('request', (request) => urls.push(new URL(request.url()))),
  });
  const asked = urls.filter((url) => url.pathname.includes('/api/v1/') && url.search !== '?of=catalog');
  assert.equal(asked.length, 1, asked.join('\n'));
  assert.ok(asked[0].searchParams.getAll('of').includes('catalog'));
  assert.equal(await page.getByRole('alert').count(), 0);
  assert.ok((await page.locator('#why li').count()) > 0);
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('a quiet period says so in one line, in the reader\u2019s language', async () => {
  const { data, meta } = await api('revenue-change');
  const quiet = {
    ...data[0],
    rank: 1,
    kind: 'nothing_unusual',
    sentence: 'nothing_unusual',
    subject: null,
    amount: 12,
  };
  for (const [lang, words] of [
    ['en', /Nothing out of the ordinary/],
    ['de', /Nichts Ungewöhnliches/],
  ]) {
    const page = await openPage(browser, {
      hash: `#/?lang=${lang}`,
      before: (fresh) =>
        fresh.route('**/api/v1/revenue-change*', (route) => route.fulfill({ json: { data: [quiet], meta } })),
    });
    assert.equal(await page.locator('#why li').count(), 1);
    assert.match(await text(page, '#why li'), words);
    await closePage(page);
  }
});

test('every sentence has words in both languages', async () => {
  const { data, meta } = await api('revenue-change');
  const sentences = [
    'incident.ctr_change.down',
    'incident.stock_out_or_tracking',
    'incident.spend_cut',
    'over.up',
    'missing_data.load',
    'promotion.ended',
    'holiday.down',
    'calendar.length',
    'market.down',
    'category.up',
    'product.down',
    'product.back.up',
    'product.new',
    'others',
  ];
  const rows = sentences.map((sentence, index) => ({
    ...data[0],
    rank: index + 1,
    kind: sentence.split('.')[0] === 'over' ? 'incident' : sentence.split('.')[0],
    scope: 'product',
    subject: 'Mouse <b>',
    sentence,
    amount: -index,
    since: meta.data_through,
    until: meta.data_through,
    parameters: { product: 'Mouse <b>', change: -0.5, metric: 'ctr', promotions: ['Deal'], told_apart: false },
    evidence: { drivers: { ctr: { actual: 0.01, expected: 0.02 } } },
    reason: 'the database’s own sentence',
  }));
  for (const lang of ['en', 'de']) {
    const page = await openPage(browser, {
      hash: `#/?lang=${lang}`,
      before: (fresh) =>
        fresh.route('**/api/v1/revenue-change*', (route) => route.fulfill({ json: { data: rows, meta } })),
    });
    const shown = await page.locator('#why .reason-phrase').allTextContents();
    assert.equal(shown.length, rows.length);
    assert.ok(!shown.some((one) => /own sentence|\{|undefined|null/.test(one)), shown.join('\n'));
    assert.equal(await page.locator('#why b').count(), 0);
    const placeOf = (sentence) =>
      page.locator('#why li').nth(sentences.indexOf(sentence)).locator('a').getAttribute('href');
    assert.match(await placeOf('promotion.ended'), /^#\/promotions\?/);
    assert.match(await placeOf('missing_data.load'), /^#\/data\?/);
    assert.match(await placeOf('product.down'), /^#\/product\//);
    await closePage(page);
  }
  assert.ok((await catalog()).data.length > 0);
});

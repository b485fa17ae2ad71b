// SPDX-License-Identifier: PostgreSQL
// The page of one product.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closePage, eventually, launch, openPage, settled } from './browser.mjs';
import { api, bestProduct, text } from './server.mjs';

let browser;
let product;
before(async () => {
  browser = await launch();
  product = await bestProduct();
});
after(async () => {
  await browser?.close();
});

const address = () => `#/product/${encodeURIComponent(product)}`;

test('it shows figures, days, forecast, anomalies, recommendations and promotions of the product alone', async () => {
  const asked = [];
  const page = await openPage(browser, {
    hash: address(),
    before: (fresh) => fresh.on('request', (request) => asked.push(new URL(request.url()))),
  });
  assert.equal(await text(page, 'h1'), product);
  for (const id of [
    'figures',
    'why',
    'bridge',
    'funnel',
    'revenue-and-ad-spend',
    'ctr',
    'roas',
    'forecast',
    'recommendations',
    'incidents',
    'promotions',
    'promotion-days',
  ]) {
    assert.equal(await page.locator(`#${id}`).count(), 1, id);
    assert.equal(await page.locator(`#${id} .notice`).count(), 0, `${id} has no error`);
  }
  const judged = (await api('promotions', { product })).data.filter((row) => row.absolute_effect !== null);
  assert.equal(await page.locator('.chart-canvas canvas').count(), judged.length ? 5 : 4);
  for (const url of asked.filter((one) =>
    /\/api\/v1\/(?!catalog|views|settings|holidays|dismissed|promotion-daily)/.test(one.pathname),
  )) {
    assert.equal(url.searchParams.get('product'), product, url.href);
  }
  assert.match(await page.locator('#ctr .chart-canvas').getAttribute('aria-label'), /2% line/);
  assert.match(await page.locator('#roas .chart-canvas').getAttribute('aria-label'), /4× target/);
  assert.equal(await page.locator('.sparkline-line').count(), 10);
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('from the ad to the money: each stage is a figure of the API, and a category has them too', async () => {
  const [category] = (await api('catalog')).meta.categories;
  const stages = ['impressions', 'clicks', 'units_sold', 'revenue'];
  for (const [hash, parameters] of [
    [address(), { product }],
    [`#/?category=${encodeURIComponent(category)}`, { category }],
  ]) {
    const page = await openPage(browser, { hash });
    const kpis = (await api('kpis', parameters)).data;
    const shown = await page.locator('#funnel .funnel-value').allInnerTexts();
    const wanted = stages.map((metric) => Math.round(kpis.find((row) => row.metric === metric).value));
    assert.deepEqual(
      shown.map((value) => Number(value.replaceAll(/[^0-9]/g, ''))),
      wanted,
    );
    const clicks = kpis.find((row) => row.metric === 'clicks');
    const part = `${Math.round((100 * clicks.value) / clicks.prior_value)}% of before`;
    assert.ok((await page.locator('#funnel li').nth(1).innerText()).includes(part), part);
    assert.deepEqual(page.problems, []);
    await closePage(page);
  }
  const whole = await openPage(browser, { hash: '#/' });
  assert.equal(await whole.locator('#funnel').count(), 0, 'of the whole shop the stages say little');
  await whole.locator('#promotions tbody a[href*="promotion-days"]').first().click();
  await whole.waitForFunction(() => location.hash.startsWith('#/promotions'));
  await settled(whole);
  assert.match(await text(whole, '.promotion-chosen'), /\(/);
  await closePage(whole);
});

test('the table behind a chart holds the figures of the API', async () => {
  const page = await openPage(browser, { hash: address() });
  await page.locator('#revenue-and-ad-spend summary').click();
  const rows = (await api('product-performance', { product, days: 90 })).data;
  const lines = page.locator('#revenue-and-ad-spend .chart-table tbody tr');
  await lines.first().waitFor();
  assert.equal(await lines.count(), rows.length);
  const latest = rows.reduce((a, b) => (a.date > b.date ? a : b));
  const shown = await lines.first().locator('td').first().textContent();
  assert.ok(
    Math.abs(Number(shown.replaceAll(/[^0-9.]/g, '')) - latest.revenue) <= 0.5,
    `${shown} for ${latest.revenue}`,
  );
  await closePage(page);
});

test('the canvas really has a line, a band and a target on it', async () => {
  const page = await openPage(browser, { hash: address() });
  // Pixels near the colour: the edges of a thin line are blended.
  const near = (id, color) =>
    page.locator(`#${id} canvas`).evaluate((canvas, [r, g, b]) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let pixels = 0;
      for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3] > 60 && Math.abs(data[at] - r) + Math.abs(data[at + 1] - g) + Math.abs(data[at + 2] - b) < 40)
          pixels += 1;
      }
      return pixels;
    }, color);
  const token = (name) =>
    page.evaluate((token) => {
      const probe = document.createElement('i');
      probe.style.color = `var(${token})`;
      document.body.append(probe);
      const color = getComputedStyle(probe).color.match(/\d+/g).map(Number);
      probe.remove();
      return color;
    }, name);
  const count = async (id, name) => near(id, await token(name));
  for (const [id, color, least, what] of [
    ['forecast', '--ink', 300, 'observed line'],
    ['forecast', '--accent', 300, 'forecast line and band'],
    ['roas', '--warning', 100, 'target line'],
    ['ctr', '--warning', 100, '2% line'],
  ]) {
    await eventually(async () => assert.ok((await count(id, color)) > least, what));
  }
  await closePage(page);
});

test('it is reached from a table, and left by the trail and by the back button', async () => {
  const page = await openPage(browser, { hash: '#/' });
  const link = page.locator('#top-sellers tbody a').first();
  const name = await link.textContent();
  await link.click();
  await page.waitForFunction((wanted) => document.querySelector('h1')?.textContent === wanted, name);
  await settled(page);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1', 'the new page has the focus');
  assert.equal(await page.title(), `${name} · Performance Tracker`);
  await page.goBack();
  await page.waitForFunction(() => document.querySelector('h1')?.textContent === 'All products');
  await page.goForward();
  await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link').first().click();
  await page.waitForFunction(() => document.querySelector('h1')?.textContent === 'All products');
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('a product that does not exist is said so, with the ones that do', async () => {
  const page = await openPage(browser, { hash: '#/product/No%20such%20thing', wait: false });
  await page.getByRole('heading', { name: /No product named “No such thing”/ }).waitFor();
  await page.getByRole('link', { name: product, exact: true }).click();
  await page.waitForFunction((wanted) => document.querySelector('h1')?.textContent === wanted, product);
  await closePage(page);
});

// SPDX-License-Identifier: PostgreSQL
// The controls by use: periods, comparison, grain, pickers of a thousand products, the palette, the keys; what is in the
// address, and that Back comes back to where the reader was.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { choose, closePage, eventually, hashOf, launch, openPage, parametersOf, settled } from './browser.mjs';
import { api, bestProduct, catalog, text } from './server.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

const day = (value, days) => new Date(Date.parse(value) + days * 86_400_000).toISOString().slice(0, 10);

/** The parameters of the last request to `route` while `action` runs. */
async function asked(page, route, action) {
  let found = null;
  const listen = (request) => {
    const url = new URL(request.url());
    if (url.pathname.endsWith(`/api/v1/${route}`)) found = url.searchParams;
  };
  page.on('request', listen);
  await action();
  await settled(page);
  page.off('request', listen);
  return found;
}

test('every preset is the period that its name says', async () => {
  const page = await openPage(browser, { hash: '#/' });
  const { data_through: through } = (await catalog()).meta;
  const month = `${through.slice(0, 8)}01`;
  const quarter = `${through.slice(0, 5)}${String(Math.floor((Number(through.slice(5, 7)) - 1) / 3) * 3 + 1).padStart(2, '0')}-01`;
  for (const [name, start] of [
    ['14', day(through, -13)],
    ['28', day(through, -27)],
    ['month', month],
    ['quarter', quarter],
  ]) {
    const query = await asked(page, 'kpis', () => page.getByLabel('Period').selectOption(name));
    assert.equal(query.get('period_start'), start, name);
    assert.equal(query.get('period_end'), through, name);
    assert.equal((await parametersOf(page)).get(/\d/.test(name) ? 'days' : 'period'), name);
  }
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('days of one’s own, from the calendar and from the address', async () => {
  const { data_through: through } = (await catalog()).meta;
  const [start, end] = [day(through, -20), day(through, -11)];
  const page = await openPage(browser, { hash: '#/' });
  await page.getByLabel('Period').selectOption('custom');
  await settled(page);
  await page.getByLabel('First day').fill(start);
  await settled(page);
  const query = await asked(page, 'kpis', () => page.getByLabel('Last day').fill(end));
  assert.deepEqual([query.get('period_start'), query.get('period_end')], [start, end]);
  const revenue = (await api('kpis', { period_start: start, period_end: end })).data.find(
    (row) => row.metric === 'revenue',
  );
  const shown = await text(page, '.headline-number');
  assert.equal(Number(shown.replaceAll(/[^0-9]/g, '')), Math.round(revenue.value));
  assert.match(await text(page, '#top-sellers .panel-subtitle'), /always until the last day/, 'what cannot, says so');
  const again = await openPage(browser, { hash: await hashOf(page) });
  assert.equal(await text(again, '.headline-number'), shown);
  assert.equal(await again.getByLabel('First day').inputValue(), start);
  assert.deepEqual(page.problems.concat(again.problems), []);
  await closePage(again);
  await closePage(page);
});

test('a product is found among a thousand by typing, with few nodes', async () => {
  const page = await openPage(browser, {
    before: (fresh) =>
      fresh.route('**/api/v1/catalog*', async (route) => {
        const answer = await (await route.fetch()).json();
        const more = Array.from({ length: 1000 }, (_, index) => ({
          id: 10_000 + index,
          product: `Item ${String(index).padStart(4, '0')}`,
          category: 'Many',
          price: 1,
        }));
        return route.fulfill({ json: { ...answer, data: [...answer.data, ...more] } });
      }),
  });
  const field = page.getByRole('search').getByRole('combobox', { name: 'Product', exact: true });
  await field.click();
  assert.equal(await page.locator('.combobox-option').count(), 50);
  assert.match(await page.locator('.combobox-open .combobox-more').textContent(), /more: type to find them/);
  await field.fill('0777');
  assert.deepEqual(await page.locator('.combobox-option').allTextContents(), ['Item 0777Many']);
  await page.keyboard.press('Escape');
  assert.equal(await field.inputValue(), 'All products', 'Escape takes nothing');
  const product = await bestProduct();
  await field.fill(product.slice(0, 6).toLowerCase());
  await page.keyboard.press('Enter');
  await settled(page);
  assert.ok((await parametersOf(page)).get('product'), 'the keyboard alone chooses');
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('the palette goes to pages, products and periods; ? names the keys', async () => {
  const product = await bestProduct();
  const page = await openPage(browser, { hash: '#/' });
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: /Page, product/ });
  assert.equal(await field.evaluate((element) => element === document.activeElement), true);
  await field.fill(product);
  await page.keyboard.press('Enter');
  await page.waitForFunction((wanted) => document.querySelector('h1')?.textContent === wanted, product);
  await settled(page);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /Page, product/ }).fill('budget');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('h1')?.textContent === 'Budget');
  await settled(page);
  await page.keyboard.press('?');
  assert.match(await page.getByRole('dialog').innerText(), /Ctrl K/);
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('dialog').count(), 0);
  await page.keyboard.press('o');
  await page.waitForFunction(() => document.querySelector('.kpi'));
  await settled(page);
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Product');
  await page.keyboard.type('p');
  assert.equal(await text(page, 'h1'), product, 'letters in a field are letters');
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('sort, search and span of every panel are in the address, and open with it', async () => {
  const page = await openPage(browser, { hash: '#/?days=14' });
  await page.locator('#week-over-week th', { hasText: 'Revenue' }).getByRole('button').click();
  await page.locator('#trend').getByLabel('Days shown').selectOption('30');
  await settled(page);
  const name = await page.locator('#recommendations tbody tr a').first().textContent();
  await page.locator('#recommendations').getByLabel('Find a product').fill(name.slice(0, 5));
  const query = await parametersOf(page);
  assert.equal(query.get('week-over-week.sort'), '-revenue');
  assert.equal(query.get('trend.days'), '30');
  assert.equal(query.get('recommendations.find'), name.slice(0, 5));
  const first = await page.locator('#week-over-week tbody th a').first().textContent();
  const again = await openPage(browser, { hash: await hashOf(page) });
  assert.equal(await again.locator('#week-over-week tbody th a').first().textContent(), first);
  assert.equal(await again.locator('#week-over-week th[aria-sort=descending]').count(), 1);
  assert.equal(await again.locator('#trend').getByLabel('Days shown').inputValue(), '30');
  assert.equal(
    await again.locator('#recommendations tbody tr').count(),
    await page.locator('#recommendations tbody tr').count(),
  );
  await closePage(again);
  await choose(page, 'Category', (await catalog()).meta.categories[0]);
  await settled(page);
  assert.equal((await parametersOf(page)).get('trend.days'), '30', 'another selection keeps what the panels show');
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('Back comes back to the height that was left', async () => {
  const page = await openPage(browser, { hash: '#/', height: 700 });
  await page.locator('#week-over-week').scrollIntoViewIfNeeded();
  await page.evaluate(() => scrollBy(0, 120));
  await eventually(async () => assert.ok((await page.evaluate(() => history.state?.scroll)) > 500));
  const height = await page.evaluate(() => scrollY);
  await page.locator('#week-over-week tbody th a').first().click();
  await page.waitForFunction(() => location.hash.startsWith('#/product/'));
  await settled(page);
  assert.equal(await page.evaluate(() => scrollY), 0, 'another page begins at its top');
  await page.goBack();
  await settled(page);
  await eventually(async () => assert.ok(Math.abs((await page.evaluate(() => scrollY)) - height) < 40));
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('the comparison is asked for, and named', async () => {
  const page = await openPage(browser, { hash: '#/' });
  const query = await asked(page, 'kpis', () => page.getByLabel('Against').selectOption('same_weekdays'));
  assert.equal(query.get('compare'), 'same_weekdays');
  assert.equal((await parametersOf(page)).get('compare'), 'same_weekdays');
  assert.equal(await page.locator('#headline .notice').count(), 0, 'and answered');
  await closePage(page);
});

test('last year is offered where there was one', async () => {
  const offered = (page) => page.getByLabel('Against').locator('option[value=last_year]').isEnabled();
  const page = await openPage(browser, { hash: '#/' });
  const { first_day: first, data_through: through } = (await catalog()).meta;
  assert.equal(await offered(page), first <= day(through, -364));
  await closePage(page);
  const older = await openPage(browser, {
    hash: '#/',
    before: (fresh) =>
      fresh.route('**/api/v1/catalog*', async (route) => {
        const answer = await (await route.fetch()).json();
        return route.fulfill({ json: { ...answer, meta: { ...answer.meta, first_day: day(through, -364) } } });
      }),
  });
  assert.equal(await offered(older), true);
  await closePage(older);
});

test('SQL behind a panel gives its rows', async () => {
  const page = await openPage(browser, { hash: '#/' });
  await page.locator('#top-sellers').getByRole('button', { name: /SQL/ }).click();
  assert.match(await page.getByRole('dialog').locator('code').first().textContent(), /SELECT \* FROM top_sellers\(/);
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

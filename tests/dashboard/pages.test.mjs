// SPDX-License-Identifier: PostgreSQL
// The pages beside the overview by use: promotions, budget, data, settings; what they export; axe on each.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { closePage, eventually, hashOf, launch, openPage, settled } from './browser.mjs';
import { api, catalog, text } from './server.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

const PAGES = ['#/promotions', '#/budget', '#/data', '#/settings'];
const digits = (shown) => Number(shown.replaceAll(/[^0-9]/g, ''));

test('a promotion day by day: the latest, another by a click, and by its address', async () => {
  const page = await openPage(browser, { hash: '#/promotions' });
  const judged = (await api('promotions')).data
    .filter((row) => row.absolute_effect !== null)
    .sort((a, b) => b.promotion_start.localeCompare(a.promotion_start));
  assert.ok((await text(page, '.promotion-chosen')).includes(judged[0].promotion));
  const other = judged.at(-1);
  await page.locator('#promotions').getByRole('button', { name: other.promotion, exact: true }).click();
  await eventually(async () => assert.ok((await text(page, '.promotion-chosen')).includes(other.promotion)));
  await settled(page);
  const again = await openPage(browser, { hash: await hashOf(page) });
  assert.ok((await text(again, '.promotion-chosen')).includes(other.promotion));
  const days = (await api('promotion-daily', { promotion_id: other.promotion_id })).data;
  await again.locator('#promotion-days').getByText('Figures as a table').click();
  await again.locator('#promotion-days .chart-table tbody tr').first().waitFor();
  assert.equal(await again.locator('#promotion-days .chart-table tbody tr').count(), days.length);
  assert.deepEqual(page.problems.concat(again.problems), []);
  await closePage(again);
  await closePage(page);
});

test('the slider proposes for another total, and the address keeps it', async () => {
  const page = await openPage(browser, { hash: '#/budget' });
  const now = (await api('budget', { days: 28 })).data.at(-1);
  assert.ok((await text(page, '.budget-summary')).includes('→'));
  const slider = page.getByRole('slider');
  const before = Number(await slider.inputValue());
  assert.ok(Math.abs(before / now.current_spend - 1) < 0.01, 'it begins at what is spent');
  await slider.focus();
  for (let step = 0; step < 20; step += 1) await page.keyboard.press('ArrowLeft');
  const wanted = Number(await slider.inputValue());
  assert.ok(wanted < before);
  await page.waitForFunction(() => location.hash.includes('budget.total='));
  await settled(page);
  const whole = (await api('budget', { days: 28, total: wanted })).data.at(-1);
  await eventually(async () =>
    assert.ok((await text(page, '.budget-summary')).includes(Math.round(whole.proposed_spend).toLocaleString('en-US'))),
  );
  await page.getByRole('button', { name: /As now/ }).click();
  await settled(page);
  assert.ok(!(await hashOf(page)).includes('budget.total'));
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('loads, rows that were not taken, and what the shop has set', async () => {
  const page = await openPage(browser, { hash: '#/data' });
  const runs = (await api('etl-runs', { n: 200 })).data;
  assert.equal(
    digits(await page.locator('#runs tbody tr').first().locator('td').nth(2).innerText()),
    runs[0].rows_read,
  );
  const rejects = (await api('etl-rejects', { n: 1000 })).data;
  if (rejects.length === 0) assert.match(await text(page, '#rejects .empty'), /Every row was taken/);
  await page.goto(page.url().replace(/#.*/, '#/settings'));
  await page.locator('#thresholds').waitFor();
  await settled(page);
  const [settings] = (await api('settings')).data;
  assert.equal(await page.locator('#thresholds tbody tr').count(), settings.rules.length + settings.thresholds.length);
  assert.ok((await text(page, '#shop')).includes(settings.currency));
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('a panel that shows a part exports exactly this part, unrounded', async () => {
  const page = await openPage(browser, { hash: '#/' });
  const rows = (await api('recommendations')).data;
  const type = rows[0].recommendation_type;
  await page.locator('#recommendations').getByLabel('Type').selectOption(type);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('#recommendations').getByRole('link', { name: /CSV/ }).click(),
  ]);
  const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n');
  const wanted = rows.filter((row) => row.recommendation_type === type);
  assert.ok(wanted.length < rows.length, 'it is a part');
  assert.equal(lines[0], Object.keys(rows[0]).join(','));
  for (const row of wanted)
    assert.ok(
      lines.some((line) => line.includes(row.product) && line.includes(String(row.current_value))),
      row.product,
    );
  const [incidents] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('#incidents').getByRole('link', { name: /CSV/ }).click(),
  ]);
  const exported = (await readFile(await incidents.path(), 'utf8')).trimEnd().split('\r\n').length - 1;
  const { data_through: through } = (await catalog()).meta;
  const from = new Date(Date.parse(through) - 6 * 86_400_000).toISOString().slice(0, 10);
  assert.equal(exported, (await api('incidents')).data.filter((row) => row.incident_end >= from).length);
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('a long table has pages of fifty rows', async () => {
  const many = Array.from({ length: 1749 }, (_, index) => ({
    product: `Item ${index}`,
    category: 'Many',
    revenue: index,
    prior_revenue: 1,
    change: index - 1,
    change_pct: 1,
  }));
  const page = await openPage(browser, {
    hash: '#/',
    together: false,
    before: (fresh) =>
      fresh.route('**/api/v1/week-over-week*', async (route) => {
        const answer = await (await route.fetch()).json();
        return route.fulfill({ json: { ...answer, data: many } });
      }),
  });
  const panel = page.locator('#week-over-week');
  await panel.getByRole('button', { name: 'Show all 1,749' }).click();
  assert.equal(await panel.locator('tbody tr').count(), 50);
  await panel.getByRole('button', { name: 'Next' }).click();
  assert.match(await panel.locator('.pager-place').innerText(), /51 to 100 of 1,749/);
  assert.match(await hashOf(page), /week-over-week\.page=2/);
  await closePage(page);
});

for (const theme of ['light', 'dark']) {
  test(`axe finds nothing on the other pages, in the palette and in the list, ${theme}`, async () => {
    const violations = async (page) =>
      (await new AxeBuilder({ page }).analyze()).violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary}`),
      );
    for (const hash of PAGES) {
      const page = await openPage(browser, { hash, theme });
      assert.deepEqual(await violations(page), [], hash);
      if (hash === '#/promotions') {
        await page.keyboard.press('Control+k');
        assert.deepEqual(await violations(page), [], 'palette');
        await page.keyboard.press('Escape');
        await page.getByRole('search').getByRole('combobox', { name: 'Product', exact: true }).click();
        assert.deepEqual(await violations(page), [], 'list');
      }
      assert.deepEqual(page.problems, [], hash);
      await closePage(page);
    }
  });
}

for (const width of [360, 768, 1280, 1920, 3840]) {
  test(`nothing runs out of the other pages at ${width} px, in German`, async () => {
    for (const hash of PAGES) {
      const page = await openPage(browser, { hash: `${hash}?lang=de`, width });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), hash);
      await closePage(page);
    }
  });
}

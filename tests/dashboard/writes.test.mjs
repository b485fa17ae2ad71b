// SPDX-License-Identifier: PostgreSQL
// What the page writes, by use: advice done, dismissed and taken back; settings; a file that is dropped. The server that
// the tests use has the token below; whatever a test writes it takes back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { baseUrl, closePage, eventually, launch, openPage, settled } from './browser.mjs';
import { api, text } from './server.mjs';

const TOKEN = process.env.API_TOKEN ?? 'of-the-tests';
let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

const giveToken = async (page, token = TOKEN) => {
  await page.getByRole('dialog').getByLabel('Token').fill(token);
  await page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click();
};
const signedIn = (hash, options = {}) =>
  openPage(browser, {
    hash,
    together: true,
    before: (page) => page.addInitScript((token) => sessionStorage.setItem('performance_tracker.token', token), TOKEN),
    ...options,
  });
const violations = async (page) =>
  (await new AxeBuilder({ page }).analyze()).violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary}`),
  );
/** Without the browser's own word about a refusal that the test asks for, and looks that a slow machine gave up: they are
 * tried again every second. */
const unexpected = (page) =>
  page.problems.filter((problem) => !/status of (400|401|404|409|422)|of=catalog net::ERR_ABORTED/.test(problem));

test('advice is dismissed with the token, taken back by Undo, and done by the keyboard', async () => {
  const page = await openPage(browser, { hash: '#/', together: true });
  const line = page.locator('#to-do li').first();
  const product = await line.locator('.to-do-product').innerText();
  const before = (await api('recommendations')).data.length;
  await line.getByRole('button', { name: `Dismiss: ${product}` }).click();
  assert.deepEqual(await violations(page), [], 'the dialog');
  await giveToken(page, 'wrong');
  await eventually(async () => assert.match(await page.getByRole('dialog').innerText(), /missing or wrong/));
  await giveToken(page);
  await page.locator('.toast').waitFor();
  assert.match(await text(page, '.toast'), new RegExp(`${product}: dismissed`));
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Undo', 'the way back is next');
  await eventually(async () => assert.equal((await api('recommendations')).data.length, before - 1));
  await eventually(async () =>
    assert.match(await text(page, '.dismissed summary'), /1 recommendation done or dismissed/),
  );
  await page.keyboard.press('Enter');
  await eventually(async () => assert.equal((await api('recommendations')).data.length, before));
  await eventually(async () => assert.equal(await page.locator('.dismissed').count(), 0));
  assert.equal(await page.locator('.toast').count(), 0);

  // Another one by keys alone, from the table; the token is known by now.
  const done = page.locator('#recommendations tbody tr').first().getByRole('button', { name: /^Done/ });
  await done.focus();
  await page.keyboard.press('Enter');
  await page.locator('.toast').waitFor();
  assert.match(await text(page, '.toast'), /done. It is asked about again in four weeks/);
  assert.deepEqual(await violations(page), [], 'the line over the page');
  const rows = (await api('dismissed-recommendations')).data;
  await eventually(async () => assert.equal((await api('dismissed-recommendations')).data.length, 1));
  assert.ok(rows.every((row) => row.note === 'done'));
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.locator('.dismissed summary').click();
  await page
    .locator('.dismissed')
    .getByRole('button', { name: /Show again/ })
    .click();
  await eventually(async () => assert.equal((await api('dismissed-recommendations')).data.length, 0));
  await eventually(async () => assert.equal(await page.locator('.dismissed').count(), 0));
  assert.deepEqual(unexpected(page), []);
  await closePage(page);
});

test('without a token nothing is written, and Escape leaves everything as it was', async () => {
  const page = await openPage(browser, { hash: '#/', together: true });
  const button = page.locator('#to-do li').first().getByRole('button', { name: /^Done/ });
  await button.click();
  await page.keyboard.press('Escape');
  await eventually(async () => assert.equal(await button.isEnabled(), true));
  assert.equal(await page.locator('.toast').count(), 0);
  assert.equal((await api('dismissed-recommendations')).data.length, 0);
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('thresholds, margins, own days and the shop are set, changed, refused by name and taken back', async () => {
  const page = await signedIn('#/settings');
  const dialog = page.getByRole('dialog');
  const save = () => dialog.getByRole('button', { name: 'Save' }).click();
  const settings = async () => (await api('settings')).data[0];
  const [category] = (await api('catalog')).meta.categories;

  await page.getByRole('button', { name: 'Set a threshold' }).click();
  await dialog.getByLabel('Rule').selectOption('acos_ceiling');
  await dialog.getByLabel('For').selectOption('category');
  await dialog.getByLabel('Category').selectOption(category);
  await dialog.getByLabel('Value').fill('-5');
  await save();
  await eventually(async () => assert.match(await dialog.getByRole('alert').innerText(), /value is out of range/));
  assert.equal(await dialog.getByLabel('Value').getAttribute('aria-invalid'), 'true');
  assert.deepEqual(await violations(page), [], 'a form with an error');
  await dialog.getByLabel('Value').fill('25');
  await save();
  const row = page.locator('#thresholds tbody tr', { hasText: category });
  await eventually(async () => assert.match(await row.innerText(), /25\.0%/));
  assert.deepEqual((await settings()).thresholds, [{ rule: 'acos_ceiling', product: null, category, value: 0.25 }]);
  await row.getByRole('button', { name: /^Remove/ }).click();
  await eventually(async () => assert.equal(await row.count(), 0));
  await page.getByRole('button', { name: 'Undo' }).click();
  await eventually(async () => assert.equal(await row.count(), 1));
  await row.getByRole('button', { name: /^Remove/ }).click();
  await eventually(async () => assert.equal((await settings()).thresholds.length, 0));

  const margin = (await settings()).margins[0];
  const line = page.locator('#margins tbody tr').filter({ has: page.getByText(margin.product, { exact: true }) });
  await line.getByRole('button', { name: /^Change/ }).click();
  await dialog.getByLabel('Margin').fill('42');
  await save();
  await eventually(async () => assert.match(await line.innerText(), /42\.0%/));
  await line.getByRole('button', { name: /^Change/ }).click();
  assert.equal(await dialog.getByLabel('Margin').inputValue(), '42');
  await dialog.getByLabel('Margin').fill(margin.margin_pct === null ? '' : String(margin.margin_pct));
  await save();
  await eventually(async () => assert.deepEqual((await settings()).margins[0], margin));

  await page.getByRole('button', { name: 'Add a day' }).click();
  await dialog.getByLabel('Day').fill('2026-07-10');
  await dialog.getByLabel('Name').fill('<b>Sommer</b> & Sale');
  await dialog.getByLabel('Kind').selectOption('closed');
  await save();
  const own = page.locator('#own-holidays tbody tr');
  await eventually(async () => assert.match(await own.innerText(), /<b>Sommer<\/b> & Sale[\s\S]*closed/));
  await own.getByRole('button', { name: /^Change/ }).click();
  await dialog.getByLabel('Day').fill('2026-07-11');
  await save();
  await eventually(async () =>
    assert.deepEqual(
      (await settings()).holidays.map((one) => one.date),
      ['2026-07-11'],
    ),
  );
  await eventually(async () => assert.match(await own.innerText(), /11/));
  await own.getByRole('button', { name: /^Remove/ }).click();
  await eventually(async () => assert.equal((await settings()).holidays.length, 0));

  const shop = await settings();
  await page.locator('#shop').getByRole('button', { name: 'Change' }).click();
  await dialog.getByLabel('Currency').selectOption('EUR');
  await dialog.getByLabel('Country of the holidays').selectOption('DE');
  await save();
  await eventually(async () => assert.match(await text(page, '#shop'), /Euro \(EUR\)[\s\S]*Germany \(DE\)/));
  await page.goto(`${baseUrl}/#/`);
  await settled(page);
  await eventually(async () => assert.match(await text(page, '.headline-number'), /€/));
  await page.request.post(
    `${baseUrl}/api/v1/settings?currency=${shop.currency}&holiday_region=${shop.holiday_region ?? 'international'}`,
    { headers: { Authorization: `Bearer ${TOKEN}` } },
  );
  assert.deepEqual(unexpected(page), []);
  await closePage(page);
});

/** Drops a file on the zone as a hand would. */
const drop = (page, name, content) =>
  page.locator('.import-zone').evaluate(
    (zone, file) => {
      const data = new DataTransfer();
      data.items.add(new File([file.content], file.name, { type: 'text/csv' }));
      zone.dispatchEvent(new DragEvent('dragover', { dataTransfer: data, bubbles: true, cancelable: true }));
      zone.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    { name, content },
  );

test('a file is dropped, tried, read in the other way, and refused in words', async () => {
  const page = await signedIn('#/data');
  const [{ product }] = (await api('catalog')).data;
  const runs = (await api('etl-runs', { n: 200 })).data.length;
  const zone = page.locator('#import');
  await drop(page, 'both <ways>.csv', `date,sku,revenue\n03/04/2025,${product},10\n05/06/2025,${product},20\n`);
  await zone.getByRole('alert').waitFor();
  assert.match(await zone.getByRole('alert').innerText(), /both <ways>\.csv was not imported/);
  assert.equal(await zone.locator('.import-options').getAttribute('open'), '', 'the way out is shown');
  await zone.getByLabel('Order of day and month').selectOption('day-first');
  // The tests' shop is the simulator's: figures of a real one do not go beside it.
  await eventually(async () => assert.match(await zone.getByRole('alert').innerText(), /simulated/));
  await zone.getByLabel('Delete the simulated shop first').check();
  await zone.locator('.import-report').waitFor();
  const said = await zone.locator('.import-report').innerText();
  assert.match(said, /both <ways>\.csv would change this/);
  assert.match(said, /Apr 3, 2025 . Jun 5, 2025/, 'read as it was told');
  assert.match(said, /Lines\s*2/);
  assert.deepEqual(await violations(page), []);
  assert.equal((await api('etl-runs', { n: 200 })).data.length, runs, 'trying leaves no trace');
  // Only what was tried is written, and with the same words. (The server's part of it is ApiImport's.)
  const sent = [];
  await page.route('**/api/v1/import?*', async (route) => {
    const asked = new URL(route.request().url()).searchParams;
    if (asked.has('dry_run')) return route.continue();
    sent.push([Object.fromEntries(asked), route.request().postDataBuffer()?.toString()]);
    asked.set('dry_run', 'true');
    const answer = await route.fetch({ url: `${baseUrl}/api/v1/import?${asked}` });
    const body = await answer.json();
    body.data[0].dry_run = false;
    return route.fulfill({ response: answer, json: body });
  });
  await zone.getByRole('button', { name: /^Import \d/ }).click();
  await zone.locator('.import-done').waitFor();
  assert.equal(sent.length, 1);
  assert.deepEqual(sent[0][0], { file: 'both <ways>.csv', dates: 'day-first', replace: 'true' });
  assert.match(sent[0][1], /^date,sku,revenue/);
  assert.equal(await zone.getByRole('button', { name: /^Import \d/ }).count(), 0, 'not twice');
  await drop(page, 'picture.png', '\u0089PNG\r\n\u001a\n');
  await zone.getByRole('alert').waitFor();
  assert.deepEqual(unexpected(page), []);
  await closePage(page);
});

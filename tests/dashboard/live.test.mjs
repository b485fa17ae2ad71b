// SPDX-License-Identifier: PostgreSQL
// An open page: it survives an outage, marks figures that are old, and takes new data over without a jump.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closePage, eventually, launch, openPage, settled } from './browser.mjs';
import { api, text } from './server.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

const unavailable = {
  status: 503,
  json: { error: { code: 'database_unavailable', message: 'The database cannot be reached.', hint: null } },
};
const note = (page) => page.locator('.live-note');

for (const [what, fail] of [
  ['the server', (route) => route.abort('connectionrefused')],
  ['the database', (route) => route.fulfill(unavailable)],
])
  test(`figures stay while ${what} is away, are marked, and are whole again within two seconds`, async () => {
    let down = false;
    const page = await openPage(browser, {
      hash: '#/',
      together: true,
      before: (fresh) => fresh.route('**/api/v1/**', (route) => (down ? fail(route) : route.continue())),
    });
    const figure = await text(page, '.headline-number');
    assert.equal(await note(page).isVisible(), false);
    down = true;
    await note(page).waitFor({ timeout: 15_000 });
    assert.match(await note(page).innerText(), /Figures from .*old/);
    assert.equal(await text(page, '.headline-number'), figure, 'what was there stays');
    assert.equal(await page.locator('main').getByRole('alert').count(), 0, 'no panel turns red');
    // Another selection meanwhile cannot be answered; it heals with the rest.
    down = false;
    const started = Date.now();
    await note(page).waitFor({ state: 'hidden', timeout: 5_000 });
    await settled(page);
    assert.ok(Date.now() - started < 2_500, `${Date.now() - started} ms`);
    assert.equal(await text(page, '.headline-number'), figure);
    await closePage(page);
  });

test('a page that was opened during an outage fills itself', async () => {
  let down = true;
  const page = await openPage(browser, {
    hash: '#/',
    wait: false,
    together: true,
    before: (fresh) =>
      fresh.route('**/api/v1/**', (route) => (down ? route.abort('connectionrefused') : route.continue())),
  });
  await page.getByRole('alert').first().waitFor();
  down = false;
  const started = Date.now();
  await page.locator('.headline-number').waitFor({ timeout: 5_000 });
  assert.ok(Date.now() - started < 2_500, `${Date.now() - started} ms`);
  await closePage(page);
});

test('new data appears without a jump, and what did not change is not drawn again', async () => {
  const kpis = await api('kpis');
  let version = 'one';
  let value = 111_111;
  const page = await openPage(browser, {
    hash: '#/',
    together: true,
    before: async (fresh) => {
      await fresh.addInitScript(() => {
        window.shift = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) window.shift += entry.value;
        }).observe({ type: 'layout-shift' });
      });
      await fresh.route('**/api/v1/views/sections*', async (route) => {
        const answer = await route.fetch();
        const body = await answer.json();
        for (const [name, section] of Object.entries(body.data))
          if (name.startsWith('kpis'))
            section.data = kpis.data.map((row) => (row.metric === 'revenue' ? { ...row, value } : row));
        await route.fulfill({
          response: answer,
          json: body,
          headers: { ...answer.headers(), 'data-version': version },
        });
      });
    },
  });
  assert.match(await text(page, '.headline-number'), /111,111/);
  await page.evaluate(() => {
    window.shift = 0;
    window.kept = document.querySelector('#why ol');
    scrollTo(0, 300);
  });
  [version, value] = ['two', 222_222];
  await eventually(async () => assert.match(await text(page, '.headline-number'), /222,222/), 15_000);
  assert.equal(await page.evaluate(() => document.querySelector('#why ol') === window.kept), true, 'the same lines');
  assert.equal(await page.evaluate(() => scrollY), 300);
  assert.ok((await page.evaluate(() => window.shift)) < 0.02);
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('an old answer is followed by the new one', async () => {
  let old = true;
  const page = await openPage(browser, {
    hash: '#/',
    together: true,
    before: (fresh) =>
      fresh.route('**/api/v1/views/sections*', async (route) => {
        const answer = await route.fetch();
        const asked = new URL(route.request().url()).searchParams.getAll('of').length;
        const stale = old && asked > 1;
        await route.fulfill({
          response: answer,
          headers: { ...answer.headers(), ...(stale ? { 'data-stale': 'true' } : {}) },
        });
      }),
  });
  let asked = 0;
  page.on('request', (request) => {
    if (request.url().includes('of=kpis')) asked += 1;
  });
  old = false;
  await eventually(async () => assert.ok(asked >= 1), 5_000);
  await page.waitForTimeout(2_500);
  assert.equal(asked, 1, 'once, then it is fresh');
  assert.equal(await note(page).isVisible(), false, 'a moment is not worth a word');
  await closePage(page);
});

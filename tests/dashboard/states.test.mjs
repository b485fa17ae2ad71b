// SPDX-License-Identifier: PostgreSQL
// What the page does when the answer is late, empty, hostile or missing. Answers are replaced in the browser,
// in the shape that docs/http-api.md gives them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closePage, launch, openPage, settled } from './browser.mjs';
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
  json: {
    error: {
      code: 'database_unavailable',
      message: 'The database cannot be reached.',
      hint: 'Start it, then try again.',
      parameter: null,
      request_id: 'r-42',
    },
  },
};
const withoutExpected = (problems) => problems.filter((problem) => !/status of 503|net::ERR/.test(problem));

test('a server without database: one clear message, and a retry that works', async () => {
  let down = true;
  const page = await openPage(browser, {
    wait: false,
    before: (fresh) => fresh.route('**/api/v1/**', (route) => (down ? route.fulfill(unavailable) : route.continue())),
  });
  const alert = page.getByRole('alert');
  await alert.waitFor();
  const shown = await alert.innerText();
  for (const part of [
    'The database is not available',
    'The database cannot be reached.',
    'Start it, then try again.',
    'r-42',
  ])
    assert.ok(shown.includes(part), part);
  assert.equal(await page.getByRole('search').isVisible(), false, 'no filter over nothing');
  down = false;
  await alert.getByRole('button', { name: 'Try again' }).click();
  await settled(page);
  assert.equal(await page.getByRole('alert').count(), 0);
  assert.deepEqual(withoutExpected(page.problems), []);
  await closePage(page);
});

test('one panel fails, the others stay, and it can be tried again by keyboard', async () => {
  let down = true;
  const page = await openPage(browser, {
    before: (fresh) =>
      fresh.route('**/api/v1/incidents*', (route) => (down ? route.fulfill(unavailable) : route.continue())),
  });
  assert.equal(await page.getByRole('alert').count(), 1);
  assert.equal(await page.locator('#incidents').getByRole('alert').count(), 1);
  assert.ok((await page.locator('.kpi').count()) > 0);
  down = false;
  await page.locator('#incidents').getByRole('button', { name: 'Try again' }).press('Enter');
  await settled(page);
  assert.equal(await page.getByRole('alert').count(), 0);
  assert.deepEqual(withoutExpected(page.problems), []);
  await closePage(page);
});

test('no server at all', async () => {
  const page = await openPage(browser, {
    wait: false,
    before: (fresh) => fresh.route('**/api/v1/**', (route) => route.abort('connectionrefused')),
  });
  await page.getByRole('alert').waitFor();
  assert.match(await page.getByRole('alert').innerText(), /No connection to the server/);
  await closePage(page);
});

test('an answer that is not JSON', async () => {
  const page = await openPage(browser, {
    before: (fresh) => fresh.route('**/api/v1/kpis*', (route) => route.fulfill({ status: 200, body: '<html>' })),
  });
  assert.match(await page.locator('#figures').getByRole('alert').innerText(), /without a readable body/);
  await closePage(page);
});

test('a database without data says how to load some', async () => {
  const empty = {
    data: [],
    meta: {
      row_count: 0,
      data_through: null,
      currency: 'USD',
      metrics: [],
      rules: {},
      first_day: null,
      categories: [],
      last_load: null,
    },
  };
  const page = await openPage(browser, {
    wait: false,
    before: (fresh) => fresh.route('**/api/v1/**', (route) => route.fulfill({ json: empty })),
  });
  await page.getByRole('heading', { name: 'No data yet' }).waitFor();
  assert.match(await text(page, 'main'), /performance_tracker etl/);
  assert.match(await text(page, '.load-status'), /No load has been recorded/);
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('a selection without rows has a sentence in every panel', async () => {
  const page = await openPage(browser, {
    before: (fresh) =>
      fresh.route('**/api/v1/**', async (route) => {
        if (route.request().url().includes('/catalog')) return route.continue();
        return route.fulfill({
          json: { data: [], meta: { row_count: 0, data_through: '2026-01-01', currency: 'USD' } },
        });
      }),
  });
  for (const panel of await page.locator('.panel').all()) {
    assert.ok((await panel.locator('.empty').innerText()).length > 10, await panel.getAttribute('id'));
  }
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('while loading there are skeletons, and assistive technology is told', async () => {
  let answer;
  const released = new Promise((done) => {
    answer = done;
  });
  const page = await openPage(browser, {
    wait: false,
    before: (fresh) =>
      fresh.route('**/api/v1/top-sellers*', async (route) => {
        await released;
        await route.continue();
      }),
  });
  await page.locator('#top-sellers .skeleton').waitFor();
  assert.equal(await page.locator('#top-sellers').getAttribute('aria-busy'), 'true');
  answer();
  await settled(page);
  assert.equal(await page.locator('#top-sellers').getAttribute('aria-busy'), null);
  await closePage(page);
});

test('values that are not known are a dash, never NaN or null', async () => {
  const blank = (value) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value).map(([key, one]) => [key, typeof one === 'number' && key !== 'rank' ? null : one]),
        )
      : value;
  const page = await openPage(browser, {
    before: (fresh) =>
      fresh.route('**/api/v1/**', async (route) => {
        if (route.request().url().includes('/catalog')) return route.continue();
        const answer = await (await route.fetch()).json();
        return route.fulfill({ json: { ...answer, data: answer.data.map(blank) } });
      }),
  });
  const shown = await text(page, 'main');
  assert.doesNotMatch(shown, /NaN|undefined|null|Infinity/);
  assert.ok(shown.includes('–'));
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('names from the database are text, never markup', async () => {
  const name = '<img src=x onerror="document.title=1"><b>Mouse</b> & Co';
  const { data } = await api('top-sellers', { n: 5 });
  const page = await openPage(browser, {
    before: (fresh) =>
      fresh.route('**/api/v1/{top-sellers,revenue-trend}*', async (route) => {
        const answer = await (await route.fetch()).json();
        return route.fulfill({
          json: { ...answer, data: answer.data.map((row) => ({ ...row, product: name, category: name })) },
        });
      }),
  });
  assert.equal(await page.locator('#top-sellers tbody a').first().textContent(), name);
  assert.equal(await page.locator('main img, main .legend-item b').count(), 0);
  await page.locator('#trend .chart-canvas').hover();
  await page.locator('#trend .tooltip').waitFor({ state: 'attached' });
  assert.equal(await page.locator('main img').count(), 0);
  assert.ok(data.length > 0);
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

// SPDX-License-Identifier: PostgreSQL
// axe on both pages and every state in both themes; keyboard; narrow screens; the content security policy.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { baseUrl, closePage, eventually, hashOf, launch, openPage } from './browser.mjs';
import { bestProduct } from './server.mjs';

let browser;
let product;
before(async () => {
  browser = await launch();
  product = await bestProduct();
});
after(async () => {
  await browser?.close();
});

async function violations(page) {
  const result = await new AxeBuilder({ page }).analyze();
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary}`),
  );
}

for (const theme of ['light', 'dark']) {
  // Colours do not change with the width, so the narrow layout needs one theme.
  for (const width of theme === 'light' ? [1440, 390] : [1440]) {
    test(`axe finds nothing: overview and product, ${theme}, ${width} px`, async () => {
      for (const hash of ['#/', `#/product/${encodeURIComponent(product)}`]) {
        const page = await openPage(browser, { hash, theme, width });
        // One table of figures and one list of evidence stand for the others: axe is slow on thousands of cells.
        for (const selector of ['#ctr summary, #trend summary', '.evidence summary']) {
          const summary = page.locator(selector).first();
          if (await summary.count()) await summary.click();
        }
        assert.deepEqual(await violations(page), [], hash);
        assert.deepEqual(page.problems, [], 'console, policy, other hosts');
        await closePage(page);
      }
    });
  }
  test(`axe finds nothing in the failing and the empty page, ${theme}`, async () => {
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
    const error = {
      error: {
        code: 'database_unavailable',
        message: 'No database.',
        hint: 'Start it.',
        parameter: null,
        request_id: 'r',
      },
    };
    for (const answer of [{ json: empty }, { status: 503, json: error }]) {
      const page = await openPage(browser, {
        theme,
        wait: false,
        before: (fresh) => fresh.route('**/api/v1/**', (route) => route.fulfill(answer)),
      });
      await page.locator('.page-message').waitFor();
      assert.deepEqual(await violations(page), []);
      await closePage(page);
    }
  });
}

for (const width of [360, 768, 1110, 1600]) {
  test(`nothing runs out of the page at ${width} px`, async () => {
    for (const hash of ['#/', `#/product/${encodeURIComponent(product)}`]) {
      const page = await openPage(browser, { hash, width });
      const wide = await page.evaluate(() => {
        const scrolled = (element) => {
          for (let at = element; at; at = at.parentElement)
            if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(at).overflowX)) return true;
          return false;
        };
        return [...document.querySelectorAll('body *')]
          .filter(
            (element) =>
              element.getBoundingClientRect().right > innerWidth + 1 &&
              element.getClientRects().length &&
              !scrolled(element),
          )
          .map((element) => `${element.tagName}.${element.className}`);
      });
      assert.deepEqual(wide, [], hash);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), hash);
      await closePage(page);
    }
  });
}

test('the keyboard alone reaches content, filters, tables and charts', async () => {
  const page = await openPage(browser, { hash: '#/' });
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to content');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
  assert.equal(await hashOf(page), '#/', 'the skip link leaves the address alone');

  const seen = [];
  await page.evaluate(() => document.body.focus());
  for (let step = 0; step < 400; step += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const { activeElement: element } = document;
      if (!element || element === document.body) return null;
      const outline = getComputedStyle(element);
      const field = element.closest('.filter');
      const visible = outline.outlineStyle !== 'none' || (field && getComputedStyle(field).outlineStyle !== 'none');
      return {
        panel: element.closest('.panel')?.id ?? null,
        tag: element.tagName,
        visible,
        what: element.textContent.slice(0, 30),
      };
    });
    if (!at) break;
    seen.push(at);
  }
  for (const id of [
    'trend',
    'forecast',
    'recommendations',
    'incidents',
    'top-sellers',
    'worst-performers',
    'week-over-week',
    'promotions',
  ]) {
    assert.ok(
      seen.some((at) => at.panel === id),
      `Tab reaches ${id}`,
    );
  }
  assert.deepEqual(
    seen.filter((at) => !at.visible),
    [],
    'the focus is always seen',
  );

  await page.locator('#trend .legend-item').first().focus();
  await page.keyboard.press('Space');
  assert.equal(await page.locator('#trend .legend-item').first().getAttribute('aria-pressed'), 'false');
  // A line of what is to do leads to its product, where the counts lead to their panels.
  await page.locator('.to-do-product').first().focus();
  await page.keyboard.press('Enter');
  await page.locator('.jump').first().focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Recommendations');
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

test('the theme can be chosen, stays chosen, and colours the charts too', async () => {
  const page = await openPage(browser, { hash: '#/', theme: 'light' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  const picture = () => page.locator('#forecast canvas').evaluate((canvas) => canvas.toDataURL());
  const before = await picture();
  await page.getByRole('button', { name: 'Dark theme' }).click();
  assert.notEqual(await ground(), light);
  await eventually(async () => assert.notEqual(await picture(), before));
  await page.reload();
  assert.notEqual(await ground(), light, 'chosen before the first paint');
  await page.getByRole('button', { name: 'Light theme' }).click();
  assert.equal(await ground(), light);
  await closePage(page);
});

test('the page is served under a policy that forbids everything from elsewhere, and is small', async () => {
  const response = await fetch(`${baseUrl}/`);
  const policy = response.headers.get('content-security-policy') ?? '';
  for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"])
    assert.ok(policy.includes(part), part);
  assert.doesNotMatch(policy, /unsafe/);
  const html = await response.text();
  assert.doesNotMatch(html, /\sstyle=|<script>|https?:\/\//);

  const page = await openPage(browser, { hash: '#/' }); // settled: answers still on their way would count as files
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  let bytes = 0;
  const kinds = new Map();
  session.on('Network.responseReceived', ({ requestId, response: { url } }) => kinds.set(requestId, url));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (!kinds.get(requestId)?.includes('/api/')) bytes += encodedDataLength;
  });
  await page.reload({ waitUntil: 'networkidle' });
  assert.ok(bytes > 0 && bytes < 300_000, `${bytes} bytes`);
  await closePage(page);
});

test('print is light, charts included, and the screen is dark again afterwards', async () => {
  const page = await openPage(browser, { hash: '#/', theme: 'dark' });
  const picture = () => page.locator('#forecast canvas').evaluate((canvas) => canvas.toDataURL());
  const dark = await picture();
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await eventually(async () => assert.notEqual(await picture(), dark));
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await eventually(async () => assert.equal(await picture(), dark));
  assert.deepEqual(page.problems, []);
  await closePage(page);
});

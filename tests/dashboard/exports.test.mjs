// SPDX-License-Identifier: PostgreSQL
// What a panel exports is what psql says: every CSV button of every page is pressed, and the file is held row by row against
// the panel's own statement ("SQL behind this"), run by psql. Needs PGHOST and PGPORT of the database that the server reads.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { baseUrl, closePage, launch, openPage } from './browser.mjs';
import { bestProduct, catalog } from './server.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

const run = promisify(execFile);
const database = process.env.DB_NAME ?? 'performance_tracker';

/** RFC 4180. */
function parse(text) {
  const rows = [[]];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[(i += 1)];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',' || c === '\n') {
      rows.at(-1).push(field);
      field = '';
      if (c === '\n') rows.push([]);
    } else if (c !== '\r') field += c;
  }
  if (field || rows.at(-1).length) rows.at(-1).push(field);
  const [names, ...lines] = rows.filter((row) => row.length > 0 && !(row.length === 1 && row[0] === ''));
  return lines.map((line) => Object.fromEntries(names.map((name, at) => [name, plain(line[at] ?? '')])));
}

/** One spelling of what psql, JSON and the API's CSV write each in their own. */
function plain(value) {
  if (value === 't') return 'true';
  if (value === 'f') return 'false';
  if (/^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(value)) return Number(Number(value).toPrecision(12));
  if (/^\d{4}-\d\d-\d\d[T ]\d\d:/.test(value))
    return Math.floor(Date.parse(value.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')) / 1000);
  if (/^[{[]/.test(value)) {
    try {
      return JSON.stringify(JSON.parse(value));
    } catch {
      return value;
    }
  }
  return value.replace(/^'(?=[=+\-@\t\r])/, '');
}

async function psql(sql) {
  const { stdout } = await run('psql', ['-X', '-q', '--csv', '-d', database, '-c', sql], {
    maxBuffer: 64e6,
    env: { ...process.env, PGTZ: 'UTC', PGOPTIONS: '' },
  });
  return parse(stdout);
}

/** Of panels that put the settings' one row into rows of their own. */
const OWN = {
  thresholds: `SELECT rule, NULL AS product, NULL AS category, default_value AS value, true AS is_default FROM recommendation_rules()
    UNION ALL SELECT rule, p.name, t.category, value, false FROM recommendation_thresholds t LEFT JOIN products p ON p.id = t.product_id`,
  margins: 'SELECT name AS product, category, price, unit_cost, margin_pct FROM products',
  'own-holidays': 'SELECT date, name, region, closed, ignored FROM holidays',
};
const asText = (row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => a.localeCompare(b)));

test('the reader of CSV reads commas, quotes, lines and what a spreadsheet would run', () => {
  assert.deepEqual(parse('a,b\r\n"x, ""y""\nz",\r\n\'=1+1,t\r\n'), [
    { a: 'x, "y"\nz', b: '' },
    { a: '=1+1', b: 'true' },
  ]);
});

for (const [name, hashOf] of [
  ['the overview', () => '#/'],
  ['a category', async () => `#/?category=${encodeURIComponent((await catalog()).meta.categories[0])}&days=14`],
  ['a product', async () => `#/product/${encodeURIComponent(await bestProduct())}?days=28&compare=same_weekdays`],
  ['promotions', () => '#/promotions'],
  ['budget', () => '#/budget'],
  ['data', () => '#/data'],
  ['settings', () => '#/settings'],
])
  test(`every CSV of ${name} is what psql says`, async () => {
    const page = await openPage(browser, { hash: await hashOf() });
    let compared = 0;
    for (const panel of await page.locator('.panel:has(a.action[download])').all()) {
      const id = await panel.getAttribute('id');
      if (await panel.locator('.empty').count()) continue;
      const link = panel.locator('a.action[download]').first();
      const href = await link.evaluate((element) => element.href);
      const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
      const exported = parse(await readFile(await file.path(), 'utf8'));
      let sql = OWN[id];
      if (!sql) {
        const address = new URL(href);
        address.searchParams.delete('format');
        ({ sql } = (await (await fetch(address)).json()).meta);
        assert.ok(address.href.startsWith(baseUrl));
      }
      const rows = new Set((await psql(sql)).map(asText));
      assert.ok(exported.length > 0, `${id} has rows`);
      for (const row of exported)
        assert.ok(rows.has(asText(row)), `${id}: ${asText(row)}\nis not among\n${[...rows].slice(0, 3).join('\n')}`);
      // Panels that show a part export this part; the others all of it.
      if (!['funnel', 'incidents', 'forecast', 'recommendations'].includes(id))
        assert.equal(exported.length, rows.size, id);
      compared += 1;
    }
    assert.ok(compared > 0);
    assert.deepEqual(page.problems, []);
    await closePage(page);
  });

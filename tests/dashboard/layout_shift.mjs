// SPDX-License-Identifier: PostgreSQL
// How much each page moves under the reader while it loads (cumulative layout shift), median of RUNS (3) loads:
//   BASE_URL=http://127.0.0.1:8000 node layout_shift.mjs
import { closePage, launch, openPage, settled } from './browser.mjs';
import { bestProduct } from './server.mjs';

const runs = Number(process.env.RUNS ?? 3);
const PAGES = [
  ['overview', '#/'],
  ['product', `#/product/${encodeURIComponent(process.env.PRODUCT ?? (await bestProduct()))}`],
  ['promotions', '#/promotions'],
  ['budget', '#/budget'],
  ['data', '#/data'],
  ['settings', '#/settings'],
];
const WIDTHS = [360, 768, 1280, 1920, 3840];

const watch = (page) =>
  page.addInitScript(() => {
    window.shifts = [];
    const name = (node) => (node?.id ? `#${node.id}` : `${node?.nodeName ?? '?'}.${node?.className ?? ''}`);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        if (!entry.hadRecentInput)
          window.shifts.push({ value: entry.value, of: entry.sources.map(({ node }) => name(node)).slice(0, 3) });
    }).observe({ type: 'layout-shift', buffered: true });
  });

const browser = await launch();
const middle = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
try {
  console.log(`| page | ${WIDTHS.map((width) => `${width} px`).join(' | ')} |\n|---|${'---|'.repeat(WIDTHS.length)}`);
  for (const [name, hash] of PAGES) {
    const row = [];
    for (const width of WIDTHS) {
      const found = [];
      for (let run = 0; run < runs; run += 1) {
        const page = await openPage(browser, { hash, width, height: 900, before: watch, together: true });
        await settled(page);
        await page.waitForTimeout(300);
        const shifts = await page.evaluate(() => window.shifts);
        found.push(shifts.reduce((sum, { value }) => sum + value, 0));
        if (process.env.VERBOSE && run === 0)
          for (const { value, of } of shifts) console.error(`${name} ${width} ${value.toFixed(4)} ${of.join(', ')}`);
        await closePage(page);
      }
      row.push(middle(found).toFixed(3));
    }
    console.log(`| ${name} | ${row.join(' | ')} |`);
  }
} finally {
  await browser.close();
}

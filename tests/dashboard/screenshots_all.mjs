// SPDX-License-Identifier: PostgreSQL
// Pictures of every page, light and dark, from a phone to a wall:
//   BASE_URL=http://127.0.0.1:8000 node screenshots_all.mjs FOLDER
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { closePage, launch, openPage } from './browser.mjs';
import { bestProduct } from './server.mjs';

const folder = process.argv[2] ?? 'screenshots';
const product = process.env.PRODUCT ?? (await bestProduct());

const PAGES = [
  ['overview', '#/'],
  ['product', `#/product/${encodeURIComponent(product)}`],
  ['promotions', '#/promotions'],
  ['budget', '#/budget'],
  ['data', '#/data'],
  ['settings', '#/settings'],
];
const WIDTHS = [360, 768, 1280, 1920, 3840];

await mkdir(folder, { recursive: true });
const browser = await launch();
try {
  for (const [name, hash] of PAGES) {
    for (const theme of ['light', 'dark']) {
      for (const width of WIDTHS) {
        const page = await openPage(browser, { hash, theme, width, height: 1000 });
        await page.screenshot({
          path: join(folder, `${name}-${theme}-${width}.png`),
          fullPage: true,
          animations: 'disabled',
        });
        for (const problem of page.problems) console.error(`${name} ${theme} ${width}: ${problem}`);
        await closePage(page);
      }
    }
  }
} finally {
  await browser.close();
}

// SPDX-License-Identifier: PostgreSQL
// Pictures of both pages, light and dark, wide and narrow:
//   BASE_URL=http://127.0.0.1:8000 node screenshots.mjs ../../docs/screenshots
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { closePage, launch, openPage } from './browser.mjs';

const folder = process.argv[2] ?? 'screenshots';
const whole = process.argv.includes('--full-page');
const product = process.env.PRODUCT ?? 'Wireless Mouse';

await mkdir(folder, { recursive: true });
const browser = await launch();
try {
  for (const [name, hash] of [
    ['overview', '#/'],
    ['product', `#/product/${encodeURIComponent(product)}`],
  ]) {
    for (const theme of ['light', 'dark']) {
      for (const [size, width, height] of [
        ['wide', 1440, 1180],
        ['narrow', 390, 1400],
      ]) {
        const page = await openPage(browser, { hash, theme, width, height });
        await page.waitForTimeout(300);
        await page.screenshot({
          path: join(folder, `${name}-${theme}-${size}.png`),
          fullPage: whole,
          animations: 'disabled',
        });
        for (const problem of page.problems) console.error(`${name} ${theme} ${size}: ${problem}`);
        await closePage(page);
      }
    }
  }
} finally {
  await browser.close();
}

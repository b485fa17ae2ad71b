// SPDX-License-Identifier: PostgreSQL
// Pictures of the overview and a product, light and dark, wide and narrow, as WebP (`make screenshots`):
//   BASE_URL=http://127.0.0.1:8000 node screenshots.mjs ../../docs/screenshots
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { closePage, launch, openPage } from './browser.mjs';

const folder = process.argv[2] ?? 'screenshots';
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
        ['wide', 1280, 900],
        ['narrow', 390, 1400],
      ]) {
        const page = await openPage(browser, { hash, theme, width, height, together: true });
        await page.waitForTimeout(300);
        const devtools = await page.context().newCDPSession(page);
        const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 82 });
        await writeFile(join(folder, `${name}-${theme}-${size}.webp`), Buffer.from(data, 'base64'));
        for (const problem of page.problems) console.error(`${name} ${theme} ${size}: ${problem}`);
        await closePage(page);
      }
    }
  }
} finally {
  await browser.close();
}

// SPDX-License-Identifier: PostgreSQL
// Pictures of every page, light and dark, from a phone to a wall, in both languages:
//   BASE_URL=http://127.0.0.1:8000 node screenshots_all.mjs FOLDER
// THEMES=light LANGUAGES=de WIDTHS=360,768 takes some of them.
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
const some = (name, all) => (process.env[name] ?? all).split(',');
const WIDTHS = some('WIDTHS', '360,768,1280,1920,3840').map(Number);

await mkdir(folder, { recursive: true });
const browser = await launch();
try {
  for (const language of some('LANGUAGES', 'en,de')) {
    for (const theme of some('THEMES', 'light,dark')) {
      for (const width of WIDTHS) {
        for (const [name, hash] of PAGES) {
          const page = await openPage(browser, {
            hash: `${hash}?lang=${language}`,
            theme,
            width,
            height: width > 2000 ? 2160 : 1000,
            together: true,
          });
          const picture = `${name}-${language}-${theme}-${width}`;
          const [wide, room] = await page.evaluate(() => [
            document.documentElement.scrollWidth,
            document.documentElement.clientWidth,
          ]);
          if (wide > room) console.error(`${picture}: ${wide} px of content in ${room} px`);
          await page.screenshot({ path: join(folder, `${picture}.png`), fullPage: true, animations: 'disabled' });
          for (const problem of page.problems) console.error(`${picture}: ${problem}`);
          await closePage(page);
        }
      }
    }
  }
} finally {
  await browser.close();
}

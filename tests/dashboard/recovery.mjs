// SPDX-License-Identifier: PostgreSQL
// An open page during a restart: how long after the server is ready again the page is whole, in ms.
//   BASE_URL=http://127.0.0.1:8000 node recovery.mjs 'kill …' 'make start'
// Ends with 1 if its figures went away meanwhile, or were not marked as old.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { baseUrl, launch, openPage } from './browser.mjs';

const [stop, start] = process.argv.slice(2);
const run = promisify(execFile);
const sleep = (ms) =>
  new Promise((done) => {
    setTimeout(done, ms);
  });
const ready = async () => {
  try {
    return (await fetch(`${baseUrl}/readyz`, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
};

const browser = await launch();
try {
  const page = await openPage(browser, { hash: '#/', together: true });
  const note = page.locator('.live-note');
  const figure = await page.locator('.headline-number').innerText();
  await run('bash', ['-c', stop]);
  await note.waitFor({ timeout: 15_000 });
  const kept = (await page.locator('.headline-number').innerText()) === figure;
  const quiet = (await page.locator('main').getByRole('alert').count()) === 0;
  // It goes on by itself: what it prints is nobody's.
  const started = run('bash', ['-c', start]);
  while (!(await ready())) await sleep(20);
  const since = Date.now();
  await note.waitFor({ state: 'hidden', timeout: 30_000 });
  console.log(Date.now() - since);
  await started;
  if (!kept || !quiet) {
    console.error(kept ? 'a panel turned red' : 'the figures went away');
    process.exitCode = 1;
  }
} finally {
  await browser.close();
}

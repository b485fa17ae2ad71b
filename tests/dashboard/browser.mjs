// SPDX-License-Identifier: PostgreSQL
// One headless Chromium for a test file, and pages that remember what went wrong in them.
import { chromium } from 'playwright-core';

export const baseUrl = (process.env.BASE_URL ?? '').replace(/\/$/, '');
if (!baseUrl) throw new Error('BASE_URL must name a running server, e.g. BASE_URL=http://127.0.0.1:8000');

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/**
 * A page in a context of its own. page.problems holds console errors, uncaught exceptions, violations of
 * the content security policy, failed requests, and requests to another host.
 */
export async function openPage(browser, { hash = '', theme = 'light', width = 1440, height = 900, before, wait = true, reducedMotion = 'reduce' } = {}) {
  const context = await browser.newContext({ colorScheme: theme, viewport: { width, height }, reducedMotion, locale: 'en-US' });
  const page = await context.newPage();
  page.problems = [];
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) page.problems.push(`console: ${message.text()}`); });
  page.on('pageerror', (error) => page.problems.push(`exception: ${error.message}`));
  page.on('requestfailed', (request) => page.problems.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
  page.on('request', (request) => { if (!request.url().startsWith(baseUrl) && !request.url().startsWith('data:')) page.problems.push(`another host: ${request.url()}`); });
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
  });
  if (before) await before(page);
  await page.goto(`${baseUrl}/${hash}`);
  if (wait) await settled(page);
  return page;
}

/** Every panel has its answer and every chart is drawn. */
export async function settled(page) {
  await page.waitForFunction(() => {
    const panels = [...document.querySelectorAll('.panel')];
    return panels.length > 0
      && panels.every((panel) => panel.getAttribute('aria-busy') !== 'true' && !panel.querySelector('.skeleton'))
      && [...document.querySelectorAll('.chart-canvas')].every((canvas) => canvas.dataset.drawn === 'true');
  }, null, { timeout: 20_000 });
  await page.evaluate(() => document.fonts.ready);
}

export async function closePage(page) {
  await page.context().close();
}

// SPDX-License-Identifier: PostgreSQL
// One headless Chromium for a test file, and pages that remember what went wrong in them.
import { chromium } from 'playwright-core';

export const baseUrl = (process.env.BASE_URL ?? '').replace(/\/$/, '');
if (!baseUrl) throw new Error('BASE_URL must name a running server, e.g. BASE_URL=http://127.0.0.1:8000');

const TOGETHER = '/api/v1/views/sections';

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/**
 * A page in a context of its own. page.problems holds console errors, uncaught exceptions, violations of
 * the content security policy, failed requests, and requests to another host.
 *
 * The page asks for all its rows in one request. Most tests look at, or replace, the answer of one resource, so their
 * server does not know that address and the page asks for each by itself; `together` leaves it as it is.
 */
export async function openPage(
  browser,
  {
    hash = '',
    theme = 'light',
    width = 1440,
    height = 900,
    before,
    wait = true,
    reducedMotion = 'reduce',
    together = false,
  } = {},
) {
  const context = await browser.newContext({
    colorScheme: theme,
    viewport: { width, height },
    reducedMotion,
    locale: 'en-US',
  });
  const page = await context.newPage();
  page.problems = [];
  page.on('console', (message) => {
    if (!together && message.location().url.includes(TOGETHER)) return;
    if (['error', 'warning'].includes(message.type())) page.problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => page.problems.push(`exception: ${error.message}`));
  page.on('requestfailed', (request) => {
    if (!together && request.url().includes(TOGETHER)) return; // not answered by the server, see below
    page.problems.push(`failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(baseUrl) && !request.url().startsWith('data:'))
      page.problems.push(`another host: ${request.url()}`);
  });
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`),
    );
  });
  if (before) await before(page);
  if (!together)
    await page.route(`**${TOGETHER}*`, (route) =>
      route.fulfill({
        status: 404,
        json: { error: { code: 'not_found', message: 'there is nothing at this address' } },
      }),
    );
  // CPU_SLOWDOWN=10: the page on a machine ten times as slow, to find tests that count on a fast one.
  if (process.env.CPU_SLOWDOWN) {
    await (
      await context.newCDPSession(page)
    ).send('Emulation.setCPUThrottlingRate', { rate: Number(process.env.CPU_SLOWDOWN) });
  }
  await page.goto(`${baseUrl}/${hash}`);
  if (wait) await settled(page);
  return page;
}

/**
 * Every panel has its answer and every chart is drawn. Events that an action leaves in the browser's queue
 * (hashchange, toggle) come first: two frames later they have been handled, however slow the machine.
 */
export async function settled(page) {
  await page.evaluate(
    () =>
      new Promise((done) => {
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));
      }),
  );
  await page.waitForFunction(
    () => {
      const panels = [...document.querySelectorAll('.panel')];
      return (
        panels.length > 0 &&
        !document.querySelector('[aria-busy="true"]') &&
        panels.every((panel) => !panel.querySelector('.skeleton')) &&
        [...document.querySelectorAll('.chart-canvas')].every((canvas) => canvas.dataset.drawn === 'true')
      );
    },
    null,
    { timeout: 20_000 },
  );
  await page.evaluate(() => document.fonts.ready);
}

/** Runs `assertion` until it holds: what the page draws in its own time is waited for, never slept for. */
export async function eventually(assertion, timeout = 10_000) {
  for (const end = Date.now() + timeout; ;) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((done) => {
        setTimeout(done, 50);
      });
    }
  }
}

/** The address from the page itself: what the browser's driver knows of it comes a moment later. */
export const hashOf = (page) => page.evaluate(() => location.hash);
export const parametersOf = async (page) => new URLSearchParams((await hashOf(page)).split('?')[1]);

export async function closePage(page) {
  await page.context().close();
}

/** Types into a field that finds one of many, and takes what it finds. */
export async function choose(page, label, value) {
  const field = page.getByRole('search').getByRole('combobox', { name: label, exact: true });
  await field.click();
  await field.fill(value);
  await page.locator('.combobox-option', { hasText: value }).first().click();
}

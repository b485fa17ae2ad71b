// SPDX-License-Identifier: PostgreSQL
// Puts the page together: header, filters, the page that the address names, and how fresh the data is.
import './app.css';
import { filterBar } from './components/filter-bar';
import { loadStatus } from './components/load-status';
import { errorNotice } from './components/notice';
import { pageMessage, pageSkeleton } from './components/page-message';
import { themeToggle } from './components/theme-toggle';
import { forgetAnswers, getCatalog } from './lib/api';
import type { Context } from './lib/context';
import { append, h, svg } from './lib/dom';
import { setCurrency } from './lib/format';
import { linkOf, overviewLink, productLink, readState, type State } from './lib/state';
import { watchSystemTheme } from './lib/theme';
import type { Catalog } from './lib/types';
import { overviewPage } from './pages/overview';
import type { Page } from './pages/page';
import { productPage } from './pages/product';

/** How often the page asks whether new data was loaded, and whether a lost server is back. */
const REFRESH_MS = 60_000;
const RETRY_MS = 10_000;

const main = h('main', { id: 'main', tabindex: '-1' });
const bar = filterBar((state) => {
  location.hash = linkOf(state);
});
const brand = h('a', { class: 'brand', href: '#/' }, mark(), h('span', {}, 'Performance Tracker'));
const status = loadStatus();
const barPlace = h('div', { class: 'bar-place' }, bar.element);
barPlace.hidden = true;

let catalog: Catalog | null = null;
let current: { kind: State['page']; page: Page } | null = null;
let timer = 0;

function mark(): SVGSVGElement {
  return svg(
    'svg',
    { viewBox: '0 0 32 32', width: 28, height: 28, 'aria-hidden': 'true', focusable: 'false' },
    svg('rect', { width: 32, height: 32, rx: 9, class: 'brand-ground' }),
    svg('path', { d: 'M6 22l6-7 5 4 4-6', class: 'brand-line' }),
    svg('path', { d: 'M21 13l5-6', class: 'brand-line brand-ahead' }),
  );
}

async function show(): Promise<void> {
  clearTimeout(timer);
  const first = catalog === null;
  if (first && !main.firstChild) main.replaceChildren(pageSkeleton());
  main.setAttribute('aria-busy', 'true');
  try {
    catalog = await getCatalog();
  } catch (error) {
    showFailure(error);
    return;
  } finally {
    main.removeAttribute('aria-busy');
  }
  setCurrency(catalog.meta.currency);
  status.show(catalog);
  const state = readState(location.hash);
  barPlace.hidden = catalog.data.length === 0;
  bar.show(state, catalog);
  brand.setAttribute('href', overviewLink({ ...state.filters, product: null, category: null }));
  showPage(state, catalog, first);
  timer = window.setTimeout(() => void refresh(), REFRESH_MS);
}

function showPage(state: State, known: Catalog, first: boolean): void {
  const { filters } = state;
  if (known.data.length === 0 || known.meta.data_through === null) {
    message(
      'No data yet',
      h(
        'p',
        {},
        known.meta.last_load?.error
          ? `The last load failed: ${known.meta.last_load.error}`
          : 'The database is ready, but no day has been loaded.',
      ),
      h(
        'p',
        {},
        'Load the first 90 days with ',
        h('code', {}, 'performance_tracker etl'),
        '. This page fills itself when they are there.',
      ),
    );
  } else if (state.page === 'unknown') {
    message('No such page', h('p', {}, h('a', { href: '#/' }, 'Back to the overview')));
  } else if (filters.product && !known.data.some((row) => row.product === filters.product)) {
    message(
      `No product named “${filters.product}”`,
      h('p', {}, 'It may have been renamed. These are the products that there are:'),
      h(
        'ul',
        { class: 'product-list' },
        known.data.map((row) => h('li', {}, h('a', { href: productLink(row.product, filters) }, row.product))),
      ),
    );
  } else if (filters.category && !known.meta.categories.includes(filters.category)) {
    message(
      `No category named “${filters.category}”`,
      h('p', {}, 'These are the categories that there are:'),
      h(
        'ul',
        { class: 'product-list' },
        known.meta.categories.map((name) =>
          h('li', {}, h('a', { href: overviewLink({ ...filters, category: name }) }, name)),
        ),
      ),
    );
  } else {
    const context: Context = { filters, catalog: known };
    const moved = current?.kind !== state.page;
    if (!current || moved) {
      current = { kind: state.page, page: state.page === 'product' ? productPage() : overviewPage() };
      main.replaceChildren(current.page.element);
    }
    current.page.load(context);
    document.title = current.page.title(context);
    if (moved && !first) arrive();
  }
}

/** A new page begins at its top, for the eye and for a screen reader. */
function arrive(): void {
  scrollTo(0, 0);
  main.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
}

function message(title: string, ...content: Node[]): void {
  current = null;
  document.title = `${title} · Performance Tracker`;
  main.replaceChildren(pageMessage(title, content));
}

function showFailure(error: unknown): void {
  current = null;
  catalog = null;
  barPlace.hidden = true;
  document.title = 'Not available · Performance Tracker';
  const retry = (): void => {
    forgetAnswers();
    void show();
  };
  main.replaceChildren(
    pageMessage(
      'The figures are not available',
      errorNotice(error, retry),
      h('p', { class: 'notice-later' }, 'This page tries again by itself every few seconds.'),
    ),
  );
  timer = window.setTimeout(retry, RETRY_MS);
}

/** Looks for a newer load, and draws anew only when there is one. */
async function refresh(): Promise<void> {
  const before = JSON.stringify(catalog?.meta);
  if (document.visibilityState === 'visible') {
    try {
      const next = await getCatalog();
      if (JSON.stringify(next.meta) !== before) {
        forgetAnswers();
        await show();
        return;
      }
    } catch {
      // The figures on screen stay true for their days; each panel tells of its own failure when used.
    }
  }
  timer = window.setTimeout(() => void refresh(), REFRESH_MS);
}

const app = document.getElementById('app');
if (app) {
  append(app, [
    h('header', { class: 'top' }, h('div', { class: 'top-inner' }, brand, barPlace, themeToggle())),
    main,
    status.element,
  ]);
}
// The address after # is the page's own, so the skip link moves the focus by hand.
document.querySelector('[data-skip]')?.addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
watchSystemTheme();
addEventListener('hashchange', () => void show());
void show();

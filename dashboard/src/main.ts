// SPDX-License-Identifier: PostgreSQL
// Puts the page together: header, filters, the page that the address names, and how fresh the data is.
import './app.css';
import { keyboard, type Keyboard } from './components/command-palette';
import { filterBar, type FilterBar } from './components/filter-bar';
import { loadStatus, type LoadStatus } from './components/load-status';
import { errorNotice } from './components/notice';
import { pageMessage, pageSkeleton } from './components/page-message';
import { siteNav, type SiteNav } from './components/site-nav';
import { themeToggle } from './components/theme-toggle';
import { languageControl } from './components/language-control';
import { answersShown, forgetAnswers, getCatalog } from './lib/api';
import type { Context } from './lib/context';
import { h, svg } from './lib/dom';
import { setCurrency } from './lib/format';
import { keepLive } from './lib/live';
import { onLanguageChange, t, tr } from './lib/i18n';
import { setMetrics } from './lib/metrics';
import { keepScroll, restoreScroll } from './lib/scroll';
import { WRITTEN } from './lib/write';
import { linkOf, overviewLink, productLink, readState, withDays, type State } from './lib/state';
import { watchSystemTheme } from './lib/theme';
import type { Catalog } from './lib/types';
import { overviewPage } from './pages/overview';
import type { Page } from './pages/page';
import { budgetPage } from './pages/budget';
import { dataPage } from './pages/data';
import { promotionsPage } from './pages/promotions';
import { settingsPage } from './pages/settings';
import { productPage } from './pages/product';

/** How often a page without any figure looks whether the server is back. */
const RETRY_MS = 1_000;

/** What stands around a page. Made anew when the language changes: its words are written once. */
interface Frame {
  main: HTMLElement;
  bar: FilterBar;
  barPlace: HTMLElement;
  brand: HTMLElement;
  nav: SiteNav;
  keys: Keyboard;
  status: LoadStatus;
}

function makeFrame(): Frame {
  const main = h('main', { id: 'main', tabindex: '-1' });
  const bar = filterBar((state) => {
    location.hash = linkOf(state);
  });
  const brand = h('a', { class: 'brand', href: '#/' }, mark(), h('span', {}, t('app.name')));
  const nav = siteNav();
  const status = loadStatus();
  const keys = keyboard({
    state: () => readState(location.hash),
    catalog: () => catalog,
    go: (hash) => {
      location.hash = hash;
    },
    focusProduct: () => bar.focusProduct(),
  });
  const barPlace = h('div', { class: 'bar-place' }, bar.element);
  barPlace.hidden = true;
  // The address after # is the page's own, so the skip link moves the focus by hand.
  const skip = h('a', { class: 'skip-link', href: '#main' }, t('app.skip'));
  skip.addEventListener('click', (event) => {
    event.preventDefault();
    main.focus();
  });
  document
    .getElementById('app')
    ?.replaceChildren(
      skip,
      h(
        'header',
        { class: 'top' },
        h(
          'div',
          { class: 'top-inner' },
          brand,
          nav.element,
          h('div', { class: 'top-tools' }, keys.button, languageControl(), themeToggle()),
        ),
        barPlace,
      ),
      main,
      status.element,
    );
  return { main, bar, barPlace, brand, nav, keys, status };
}

readState(location.hash); // its language comes before the first word
let catalog: Catalog | null = null;
let frame = makeFrame();
let current: { kind: State['page']; page: Page } | null = null;
let timer = 0;
const NO_CATALOG: Catalog = {
  data: [],
  meta: {
    row_count: 0,
    data_through: null,
    currency: 'USD',
    first_day: null,
    categories: [],
    last_load: null,
  } as unknown as Catalog['meta'],
};
const live = keepLive(() => {
  if (!catalog) return;
  forgetAnswers();
  void show();
});
/** The same page in another language: the reader stays where they were. */
let reworded = false;

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
  if (first && !frame.main.firstChild) showAhead(readState(location.hash));
  if (first) frame.main.setAttribute('aria-busy', 'true');
  try {
    catalog = await getCatalog();
  } catch (error) {
    // What is on screen stays, marked with its age; it is asked for again by itself.
    if (first || !current) showFailure(error);
    return;
  } finally {
    frame.main.removeAttribute('aria-busy');
  }
  setCurrency(catalog.meta.currency);
  setMetrics(catalog.meta);
  frame.status.show(catalog);
  const read = readState(location.hash);
  const state = { ...read, filters: withDays(read.filters, catalog) };
  frame.barPlace.hidden = catalog.data.length === 0;
  frame.bar.show(state, catalog);
  frame.nav.show(state);
  frame.brand.setAttribute('href', overviewLink({ ...state.filters, product: null, category: null }));
  showPage(state, catalog, first);
}

/** After a write of one's own: the old answers are there at once and the new ones soon; it is looked until they are. */
async function showWritten(): Promise<void> {
  const before = answersShown.version;
  for (let tries = 0; tries < 8; tries += 1) {
    forgetAnswers();
    await show();
    await new Promise((later) => setTimeout(later, 150 + 100 * tries));
    if (!answersShown.stale && answersShown.version !== before) return;
  }
}

/** The page's frame at once, and its questions together with that for the catalog. */
function showAhead(state: State): void {
  if (state.page === 'unknown') {
    frame.main.replaceChildren(pageSkeleton());
    return;
  }
  current = { kind: state.page, page: PAGE[state.page]() };
  // Unseen, but with the room that it will take: nothing moves when it comes.
  frame.bar.show(state, NO_CATALOG);
  frame.main.replaceChildren(current.page.element);
  // Days that are counted from the last complete one are known when the catalog is.
  if (state.filters.period === '7') current.page.prefetch?.({ filters: state.filters, catalog: NO_CATALOG });
}

const PAGE: Record<Exclude<State['page'], 'unknown'>, () => Page> = {
  overview: overviewPage,
  product: productPage,
  promotions: promotionsPage,
  budget: budgetPage,
  data: dataPage,
  settings: settingsPage,
};

function showPage(state: State, known: Catalog, first: boolean): void {
  const { filters } = state;
  if (known.data.length === 0 || known.meta.data_through === null) {
    message(
      t('page.no_data'),
      h(
        'p',
        {},
        known.meta.last_load?.error ? t('page.load_failed', { error: known.meta.last_load.error }) : t('page.no_day'),
      ),
      h('p', {}, tr('page.how_to_load', { command: h('code', {}, 'performance_tracker etl') })),
    );
  } else if (state.page === 'unknown') {
    message(t('page.unknown'), h('p', {}, h('a', { href: '#/' }, t('page.back'))));
  } else if (filters.product && !known.data.some((row) => row.product === filters.product)) {
    message(
      t('page.no_product', { name: filters.product }),
      h('p', {}, t('page.these_products')),
      h(
        'ul',
        { class: 'product-list' },
        known.data.map((row) => h('li', {}, h('a', { href: productLink(row.product, filters) }, row.product))),
      ),
    );
  } else if (filters.category && !known.meta.categories.includes(filters.category)) {
    message(
      t('page.no_category', { name: filters.category }),
      h('p', {}, t('page.these_categories')),
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
      current = { kind: state.page, page: PAGE[state.page]() };
      frame.main.replaceChildren(current.page.element);
    }
    current.page.load(context);
    document.title = current.page.title(context);
    if (!restoreScroll() && moved && !first && !reworded) arrive();
    reworded = false;
  }
}

/** A new page begins at its top, for the eye and for a screen reader. */
function arrive(): void {
  scrollTo(0, 0);
  frame.main.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
}

function message(title: string, ...content: Node[]): void {
  current = null;
  document.title = t('app.title', { page: title });
  frame.main.replaceChildren(pageMessage(title, content));
}

function showFailure(error: unknown): void {
  current = null;
  catalog = null;
  frame.barPlace.hidden = true;
  document.title = t('app.title', { page: t('page.not_available') });
  const retry = (): void => {
    forgetAnswers();
    void show();
  };
  frame.main.replaceChildren(
    pageMessage(
      t('page.no_figures'),
      errorNotice(error, retry),
      h('p', { class: 'notice-later' }, t('page.tries_again')),
    ),
  );
  timer = window.setTimeout(retry, RETRY_MS);
}

watchSystemTheme();
onLanguageChange(() => {
  reworded = true;
  current = null;
  frame = makeFrame();
  void show();
});
keepScroll();
addEventListener('keydown', (event) => frame.keys.press(event));
addEventListener('hashchange', () => void show());
addEventListener(WRITTEN, () => void showWritten());
document.body.append(live.element);
live.start();
void show();

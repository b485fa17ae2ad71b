// SPDX-License-Identifier: PostgreSQL
// Ctrl-K: every page, product, category, period and switch by its name. `?`: the keys there are.
//
//   const keys = keyboard({ state: () => …, catalog: () => …, go: (hash) => …, focusProduct: () => … });
//   header.append(keys.button);
import './style.css';
import { h } from '../../lib/dom';
import { chooseLanguage, LANGUAGES, t } from '../../lib/i18n';
import { categoryLink, COMPARISONS, linkOf, pageLink, PAGES, PERIODS, productLink, type State } from '../../lib/state';
import { chooseTheme } from '../../lib/theme';
import type { Catalog } from '../../lib/types';
import { combobox, matching, type Option } from '../combobox';
import { dialog } from '../dialog';

interface Options {
  state: () => State;
  catalog: () => Catalog | null;
  go: (hash: string) => void;
  focusProduct: () => void;
}

interface Command extends Option {
  run: () => void;
}

export interface Keyboard {
  /** Opens the palette by hand. */
  button: HTMLElement;
  /** For keydown of the whole page. */
  press(event: KeyboardEvent): void;
}

export function keyboard(options: Options): Keyboard {
  let known: Command[] = [];
  const box = combobox({
    label: t('palette.label'),
    placeholder: t('palette.placeholder'),
    open: true,
    options: (typed) => matching(known, typed),
    choose: (value) => {
      palette.close();
      known[Number(value)]?.run();
    },
  });
  const palette = dialog(
    t('palette.title'),
    'palette',
    box.element,
    h('p', { class: 'palette-help' }, t('palette.help')),
  );
  const help = dialog(t('shortcuts.title'), 'shortcuts', shortcuts());

  function open(): void {
    known = commands(options).map((command, index) => ({ ...command, value: String(index) }));
    box.input.value = '';
    palette.open();
    box.refresh();
    box.input.focus();
  }

  const go = (page: (typeof PAGES)[number]): void => options.go(pageLink(page, options.state().filters));
  const KEYS: Record<string, () => void> = {
    '/': () => options.focusProduct(),
    '?': () => help.open(),
    o: () => go('overview'),
    p: () => go('promotions'),
    b: () => go('budget'),
    d: () => go('data'),
    s: () => go('settings'),
  };

  return {
    button: h(
      'button',
      {
        type: 'button',
        class: 'palette-button',
        'aria-label': t('palette.title'),
        title: t('palette.title'),
        onclick: open,
      },
      h('kbd', { 'aria-hidden': 'true' }, 'Ctrl K'),
    ),
    press(event) {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        open();
        return;
      }
      // What is typed into a field is text; with a dialog open the page behind it rests.
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (document.querySelector('dialog[open]')) return;
      if (event.target instanceof Element && event.target.closest('input, select, textarea, [contenteditable]')) return;
      const action = KEYS[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    },
  };
}

function commands({ state, catalog, go }: Options): Command[] {
  const here = state();
  const { filters } = here;
  const command = (label: string, note: string, run: () => void): Command => ({ value: '', label, note, run });
  return [
    ...PAGES.map((page) => command(t(`nav.${page}`), t('palette.page'), () => go(pageLink(page, filters)))),
    ...PERIODS.filter((name) => name !== 'custom').map((period) =>
      command(t(`period.${period}`), t('filter.period'), () =>
        go(linkOf({ ...here, filters: { ...filters, period, start: null, end: null } })),
      ),
    ),
    ...COMPARISONS.map((compare) =>
      command(t(`compare.${compare}`), t('filter.compare'), () =>
        go(linkOf({ ...here, filters: { ...filters, compare } })),
      ),
    ),
    command(t('theme.light'), t('palette.switch'), () => chooseTheme('light')),
    command(t('theme.dark'), t('palette.switch'), () => chooseTheme('dark')),
    command(t('theme.system'), t('palette.switch'), () => chooseTheme('system')),
    ...LANGUAGES.map((one) => command(t(`language.${one}`), t('language.label'), () => chooseLanguage(one))),
    command(t('palette.print'), t('palette.switch'), () => print()),
    ...(catalog()?.meta.categories ?? []).map((name) =>
      command(name, t('filter.category'), () => go(categoryLink(name, filters))),
    ),
    ...(catalog()?.data ?? []).map((row) =>
      command(row.product, row.category ?? t('filter.product'), () => go(productLink(row.product, filters))),
    ),
  ];
}

function shortcuts(): HTMLElement {
  const keys: [string, string][] = [
    ['Ctrl K', t('palette.title')],
    ['/', t('shortcuts.product')],
    ['o', t('nav.overview')],
    ['p', t('nav.promotions')],
    ['b', t('nav.budget')],
    ['d', t('nav.data')],
    ['s', t('nav.settings')],
    ['?', t('shortcuts.title')],
    ['Esc', t('shortcuts.close')],
  ];
  return h(
    'dl',
    { class: 'shortcut-list' },
    keys.map(([key, words]) => h('div', {}, h('dt', {}, h('kbd', {}, key)), h('dd', {}, words))),
  );
}

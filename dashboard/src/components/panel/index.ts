// SPDX-License-Identifier: PostgreSQL
// A titled section that loads its own rows and shows one of: skeleton, content, nothing to show, error with retry.
//
//   const panel = createPanel({
//     id: 'top-sellers', title: 'Best sellers', skeleton: 'table',
//     fetch: (context) => get<TopSeller>('top-sellers', { days: context.filters.days }),
//     isEmpty: (answer) => answer.data.length === 0, empty: () => 'Nothing was sold.',
//     render: (answer, context) => createTable(…),
//     csv: (context) => csvAddress('top-sellers', { days: context.filters.days }),
//   });
//   page.append(panel.element); panel.load(context);
import './style.css';
import { ApiError, forgetAnswers } from '../../lib/api';
import type { Context } from '../../lib/context';
import { h, uniqueId, type Child } from '../../lib/dom';
import { t } from '../../lib/i18n';
import { download, toCsv } from '../../lib/export';
import { errorNotice } from '../notice';
import { sqlButton } from '../sql-button';

type Skeleton = 'chart' | 'table' | 'cards' | 'headline' | 'lines' | 'rows' | 'facts';

export interface PanelOptions<T> {
  id: string;
  title: string;
  subtitle?: string | ((context: Context) => string);
  /** What the empty place looks like while loading. */
  skeleton: Skeleton;
  /** Pixels that the content will take, where they are known: what stands below does not move when it comes. */
  room?: number;
  /** Controls of this panel alone, right of its title. */
  controls?: Child[];
  className?: string;
  /** Only a screen reader hears the title (the content speaks for itself on screen). */
  hideHeader?: boolean;
  fetch: (context: Context) => Promise<T>;
  isEmpty?: (answer: T, context: Context) => boolean;
  empty?: (context: Context) => Child;
  render: (answer: T, context: Context) => Child;
  /** Address of the answer's rows as CSV. */
  csv?: (context: Context) => string;
  /** What is shown where that is not the whole answer, as rows: the CSV then holds exactly these. null: all of it. */
  exported?: (answer: T, context: Context) => readonly object[] | null;
  /** Called with every answer, to tell other parts of the page (counts). */
  onLoad?: (answer: T | null) => void;
}

export interface Panel {
  element: HTMLElement;
  load(context: Context): Promise<void>;
  /** Asks for the rows before it is known which products there are, so that all come in one request. */
  prefetch(context: Context): void;
  /** The same selection again, after a control of the panel has changed. */
  reload(): Promise<void>;
}

export function createPanel<T>(options: PanelOptions<T>): Panel {
  const headingId = uniqueId('panel-title');
  const subtitle = h('p', { class: 'panel-subtitle' });
  const csv = h(
    'a',
    {
      class: 'action',
      download: '',
      'aria-label': t('panel.csv', { title: options.title }),
      onclick: (event) => {
        const rows = shown && current ? options.exported?.(shown.answer, current) : null;
        if (!rows) return;
        event.preventDefault();
        download(`${options.id}.csv`, toCsv(rows));
      },
    },
    'CSV',
  );
  const sql = sqlButton(options.title);
  const body = h('div', { class: 'panel-body' });
  const heading = h('h2', { id: headingId, tabindex: '-1' }, options.title);
  const element = h(
    'section',
    { class: `panel ${options.className ?? ''}`, id: options.id, 'aria-labelledby': headingId },
    h(
      'header',
      { class: options.hideHeader ? 'visually-hidden' : 'panel-header' },
      h('div', { class: 'panel-titles' }, heading, subtitle),
      options.hideHeader
        ? null
        : h('div', { class: 'panel-actions' }, options.controls ?? [], options.csv ? csv : null, sql.element),
    ),
    body,
  );
  let current: Context | null = null;
  /** What the last answer said, to leave alone what has not changed. */
  let drawn = '';
  let shown: { answer: T } | null = null;
  let turn = 0;

  async function load(context: Context): Promise<void> {
    // The same selection again: what is on screen stays until there is something new, and when nothing comes.
    const again = drawn !== '' && current !== null && sameSelection(current, context) && !body.querySelector('.notice');
    current = context;
    turn += 1;
    const mine = turn;
    if (!again) element.setAttribute('aria-busy', 'true');
    if (!body.firstChild || body.querySelector('.notice')) body.replaceChildren(skeleton(options));
    subtitle.textContent =
      typeof options.subtitle === 'function' ? options.subtitle(context) : (options.subtitle ?? '');
    if (options.csv) csv.href = options.csv(context);
    try {
      const answer = await options.fetch(context);
      if (mine !== turn) return;
      shown = { answer };
      sql.show(answer);
      const said = saidBy(answer, context);
      if (again && said === drawn) return;
      drawn = said;
      const nothing = options.isEmpty?.(answer, context) ?? false;
      const content = nothing
        ? h('p', { class: 'empty' }, options.empty?.(context) ?? t('panel.nothing'))
        : options.render(answer, context);
      body.replaceChildren(
        ...(Array.isArray(content) ? content.flat(2) : [content]).filter((node): node is Node => node instanceof Node),
      );
      options.onLoad?.(answer);
    } catch (error) {
      if (mine !== turn) return;
      if (!(error instanceof ApiError)) console.error(error);
      if (again && error instanceof ApiError && (error.status === 0 || error.status >= 500)) return;
      drawn = '';
      options.onLoad?.(null);
      body.replaceChildren(
        errorNotice(error, () => {
          forgetAnswers();
          body.replaceChildren();
          void load(context);
          heading.focus({ preventScroll: true }); // the button that had the focus is gone
        }),
      );
    } finally {
      if (mine === turn) element.removeAttribute('aria-busy');
    }
  }

  return {
    element,
    load,
    prefetch(context) {
      if (!body.firstChild) {
        element.setAttribute('aria-busy', 'true');
        if (options.subtitle) subtitle.textContent = '\u00a0'; // its line
        body.replaceChildren(skeleton(options));
      }
      options.fetch(context).catch(() => undefined); // load() asks again, and says what is wrong
    },
    reload: () => {
      drawn = '';
      return current ? load(current) : Promise.resolve();
    },
  };
}

const sameSelection = (one: Context, other: Context): boolean =>
  JSON.stringify(one.filters) === JSON.stringify(other.filters);

/** The rows, without when and how they were made. */
function saidBy(answer: unknown, { catalog }: Context): string {
  return JSON.stringify([catalog.meta.data_through, answer], (key, value: unknown) => (key === 'meta' ? null : value));
}

function skeleton({ skeleton: kind, room }: { skeleton: Skeleton; room?: number }): HTMLElement {
  const pieces = { chart: 1, table: 6, cards: 9, headline: 3, lines: 5, rows: 3, facts: 1 }[kind];
  const element = h(
    'div',
    { class: `skeleton skeleton-${kind}`, 'aria-hidden': 'true' },
    Array.from({ length: pieces }, () => h('div', {})),
  );
  if (room !== undefined) element.style.setProperty('--room', `${room}px`);
  return element;
}

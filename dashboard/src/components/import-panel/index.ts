// SPDX-License-Identifier: PostgreSQL
// A file from an ad platform or a shop, dropped here: first what it would do, then that.
//
//   const panel = importPanel(); page.append(panel.element); panel.load(context);
import './style.css';
import { ApiError } from '../../lib/api';
import { h, type Child } from '../../lib/dom';
import * as format from '../../lib/format';
import { t } from '../../lib/i18n';
import type { ImportReport } from '../../lib/types';
import { write } from '../../lib/write';
import { createPanel, type Panel } from '../panel';
import { selectControl } from '../select-control';

/** What the server takes, for the browser's own picker; a file that is dropped may be called anything. */
const ACCEPT = '.csv,.tsv,.txt,.xlsx';

export function importPanel(): Panel {
  const place = h('div', { class: 'import-result', 'aria-live': 'polite' });
  const picker = h('input', {
    type: 'file',
    accept: ACCEPT,
    class: 'visually-hidden',
    tabindex: '-1',
    'aria-hidden': 'true',
  });
  const choose = h(
    'button',
    { type: 'button', class: 'button quiet', onclick: () => picker.click() },
    t('import.choose'),
  );
  const zone = h(
    'div',
    { class: 'import-zone' },
    h('p', { class: 'import-lead' }, t('import.drop')),
    h('p', { class: 'import-formats' }, t('import.formats')),
    choose,
    picker,
  );
  let file: File | null = null;
  const again = (): void => void (file && run(true));
  const dates = selectControl(
    t('import.dates'),
    [
      ['', t('import.dates_by_file')],
      ['day-first', t('import.day_first')],
      ['month-first', t('import.month_first')],
    ],
    '',
    again,
  );
  const decimal = selectControl(
    t('import.decimal'),
    [
      ['', t('import.decimal_by_file')],
      ['point', t('import.decimal_point')],
      ['comma', t('import.decimal_comma')],
    ],
    '',
    again,
  );
  const create = check(t('import.create'), again);
  const accept = check(t('import.accept'), again);
  const replace = check(t('import.replace'), again);
  const options = h(
    'details',
    { class: 'import-options' },
    h('summary', {}, t('import.options')),
    h(
      'div',
      { class: 'import-choices' },
      dates.element,
      decimal.element,
      create.element,
      accept.element,
      replace.element,
    ),
  );

  picker.addEventListener('change', () => {
    const chosen = picker.files?.[0];
    picker.value = ''; // the same file again, after it was mended, is a change too
    if (chosen) begin(chosen);
  });
  for (const type of ['dragenter', 'dragover'] as const)
    zone.addEventListener(type, (event) => {
      event.preventDefault();
      zone.classList.add('import-over');
    });
  for (const type of ['dragleave', 'drop'] as const)
    zone.addEventListener(type, () => zone.classList.remove('import-over'));
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    const dropped = event.dataTransfer?.files[0];
    if (dropped) begin(dropped);
  });

  function begin(chosen: File): void {
    file = chosen;
    void run(true);
  }

  async function run(dry: boolean): Promise<void> {
    const now = file;
    if (!now) return;
    place.replaceChildren(
      h('p', { class: 'import-busy' }, t(dry ? 'import.looking' : 'import.writing', { file: now.name })),
    );
    try {
      const answer = await write(
        'POST',
        'import',
        {
          file: now.name,
          dates: dates.value(),
          decimal: decimal.value(),
          ...(create.checked() ? { create_products: true } : {}),
          ...(accept.checked() ? { accept: true } : {}),
          ...(replace.checked() ? { replace: true } : {}),
          ...(dry ? { dry_run: true } : {}),
        },
        now,
      );
      if (now !== file) return; // another one was dropped meanwhile
      if (!answer) {
        place.replaceChildren();
        return;
      }
      place.replaceChildren(...report(answer as unknown as ImportReport));
      if (!dry) file = null;
    } catch (error) {
      place.replaceChildren(refusal(now.name, error));
    }
  }

  function refusal(name: string, error: unknown): HTMLElement {
    const known = error instanceof ApiError ? error : null;
    if (!known) console.error(error);
    options.open = true; // the way out is among them
    return h(
      'div',
      { class: 'notice', role: 'alert' },
      h('p', { class: 'notice-title' }, t('import.refused', { file: name })),
      h('p', {}, known?.message ?? t('notice.wrong')),
      known?.hint ? h('p', { class: 'notice-hint' }, known.hint) : null,
    );
  }

  function report(row: ImportReport): HTMLElement[] {
    const nothing = row.days_inserted + row.days_updated === 0;
    const buttons = row.dry_run
      ? h(
          'p',
          { class: 'form-actions' },
          h(
            'button',
            { type: 'button', class: 'button', disabled: nothing, onclick: () => void run(false) },
            t('import.now', { n: row.days_inserted + row.days_updated }),
          ),
          h(
            'button',
            {
              type: 'button',
              class: 'button quiet',
              onclick: () => {
                file = null;
                place.replaceChildren();
                choose.focus();
              },
            },
            t('form.cancel'),
          ),
        )
      : null;
    return [
      h(
        'div',
        { class: `import-report ${row.dry_run ? '' : 'import-done'}` },
        h('h3', {}, title(row, nothing)),
        facts(row),
        problems(row),
        buttons,
      ),
    ];
  }

  const panel = createPanel<null>({
    id: 'import',
    title: t('import.title'),
    className: 'span-12',
    subtitle: () => t('import.subtitle'),
    skeleton: 'facts',
    fetch: () => Promise.resolve(null),
    render: () => [zone, options, place],
  });
  // Nothing of it has to be asked for: it stands there from the beginning.
  panel.element.querySelector('.panel-body')?.replaceChildren(zone, options, place);
  return panel;
}

function title(row: ImportReport, nothing: boolean): string {
  if (nothing) return t('import.nothing', { file: row.file });
  return t(row.dry_run ? 'import.would' : 'import.did', { file: row.file });
}

function facts(row: ImportReport): HTMLElement {
  const fact = (label: string, value: string): Child => h('div', {}, h('dt', {}, label), h('dd', {}, value));
  const some = (label: string, n: number): Child => (n > 0 ? fact(label, format.count(n)) : null);
  return h(
    'dl',
    { class: 'facts' },
    fact(t('import.recognised'), row.title),
    row.first_day && row.last_day ? fact(t('data.days'), format.dayRange(row.first_day, row.last_day, true)) : null,
    fact(t('import.lines'), format.count(row.rows_read)),
    fact(t('data.new'), format.count(row.days_inserted)),
    fact(t('data.changed'), format.count(row.days_updated)),
    fact(t('import.unchanged'), format.count(row.days_unchanged)),
    some(t('import.products_new'), row.products_new),
    some(t('import.held'), row.days_held),
    some(t('import.unsold'), row.rows_unsold),
    some(t('data.not_taken'), row.rows_rejected),
  );
}

function problems(row: ImportReport): Child {
  const list: Child[] = row.rejects.map((reason) => h('li', {}, reason));
  for (const one of row.unmatched)
    list.push(
      h(
        'li',
        {},
        t('import.unmatched', { name: one.name || one.external_id, n: one.rows }),
        h('code', { class: 'original' }, one.statement),
      ),
    );
  return list.length ? [h('p', { class: 'import-problems' }, t('import.problems')), h('ul', {}, list)] : null;
}

function check(text: string, changed: () => void): { element: HTMLElement; checked: () => boolean } {
  const box = h('input', { type: 'checkbox', onchange: changed });
  return { element: h('label', { class: 'import-check' }, box, ' ', text), checked: () => box.checked };
}

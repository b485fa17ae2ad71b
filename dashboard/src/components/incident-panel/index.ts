// SPDX-License-Identifier: PostgreSQL
// What happened: related days as one incident, with its cause, its length and what it cost or brought. Falls come first
// when revenue fell.
//
//   const panel = incidentPanel({ onCount: (n) => … }); page.append(panel.element); panel.load(context);
import './style.css';
import { csvAddress, get } from '../../lib/api';
import { days, type Context } from '../../lib/context';
import { h, type Child } from '../../lib/dom';
import * as format from '../../lib/format';
import { coded, t } from '../../lib/i18n';
import { incidentParameters, incidentsOf } from '../../lib/incidents';
import { hypothesis } from '../../lib/sentences';
import { categoryLink, productLink } from '../../lib/state';
import type { Answer, Incident } from '../../lib/types';
import { createTable } from '../data-table';
import { createPanel, type Panel } from '../panel';
import { evidenceList } from './evidence';

export function incidentPanel({ onCount }: { onCount?: (count: number | null) => void } = {}): Panel {
  let shown: Context | null = null;
  return createPanel<Answer<Incident>>({
    id: 'incidents',
    title: t('incidents.title'),
    className: 'span-12',
    skeleton: 'table',
    subtitle: (context) => t('incidents.subtitle', { period: format.dayRange(days(context).start, days(context).end) }),
    fetch: (context) => {
      shown = context;
      return get<Incident>('incidents', incidentParameters(context));
    },
    csv: (context) => csvAddress('incidents', incidentParameters(context)),
    exported: (answer, context) => incidentsOf(answer, context),
    isEmpty: (answer, context) => incidentsOf(answer, context).length === 0,
    empty: () => t('incidents.empty'),
    onLoad: (answer) => onCount?.(answer && shown ? incidentsOf(answer, shown).length : null),
    render: (answer, context) =>
      createTable({
        id: 'incidents',
        caption: t('incidents.title'),
        className: 'stacks',
        rows: incidentsOf(answer, context),
        columns: [
          {
            label: t('incidents.where'),
            isHeader: true,
            className: 'unlabelled',
            key: 'where',
            sort: (row) => row.products?.[0] ?? row.categories?.[0],
            cell: (row) => where(row, context),
          },
          {
            label: t('incidents.when'),
            className: 'nowrap',
            key: 'incident_start',
            sort: (row) => row.incident_start,
            cell: (row) => [
              format.dayRange(row.incident_start, row.incident_end),
              row.goes_on ? h('span', { class: 'cell-note' }, t('incidents.goes_on')) : null,
            ],
          },
          { label: t('incidents.what'), key: 'hypothesis_code', sort: (row) => row.hypothesis_code, cell: what },
          {
            label: t('incidents.effect'),
            numeric: true,
            key: 'revenue_effect',
            sort: (row) => row.revenue_effect,
            cell: (row) => [
              h(
                'span',
                { class: `change change-${(row.revenue_effect ?? 0) < 0 ? 'bad' : 'good'}` },
                format.signedMoney(row.revenue_effect),
              ),
              h(
                'span',
                { class: 'cell-note' },
                t('incidents.instead', {
                  actual: format.money(row.revenue),
                  expected: format.money(row.expected_revenue),
                }),
              ),
            ],
          },
          {
            label: t('anomalies.reason'),
            className: 'wide reason',
            cell: (row) => [hypothesis(row) ?? t('anomalies.no_reason'), evidenceList(row.evidence)],
          },
        ],
      }),
  });
}

const NAMED = 3;

function where(row: Incident, { filters }: Context): Child {
  const products = row.products ?? [];
  if (row.scope === 'shop') return t('incidents.whole_shop');
  if (products.length === 0) {
    const [category] = row.categories ?? [];
    return category ? h('a', { href: categoryLink(category, filters) }, category) : t('incidents.whole_shop');
  }
  const more = products.length - NAMED;
  return [
    products
      .slice(0, NAMED)
      .map((name, index) => [index ? ', ' : '', h('a', { href: productLink(name, filters) }, name)]),
    more > 0 ? ` ${t('incidents.more', { n: more })}` : null,
    row.categories?.length === 1 ? h('span', { class: 'cell-note' }, row.categories[0]) : null,
  ];
}

function what(row: Incident): Child {
  const up = (row.revenue_effect ?? 0) >= 0;
  return h(
    'span',
    { class: `badge badge-${up ? 'up' : 'down'}` },
    h('span', { 'aria-hidden': 'true' }, up ? '▲ ' : '▼ '),
    coded('cause', row.hypothesis_code) ?? t(up ? 'direction.spike' : 'direction.drop'),
  );
}

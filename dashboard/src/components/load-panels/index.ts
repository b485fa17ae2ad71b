// SPDX-License-Identifier: PostgreSQL
// The data behind the figures: how fresh they are, how the loads went, and which rows were not taken.
//
//   for (const panel of loadPanels()) { page.append(panel.element); panel.load(context); }
import './style.css';
import { csvAddress, get } from '../../lib/api';
import { h, type Child } from '../../lib/dom';
import * as format from '../../lib/format';
import { coded, t } from '../../lib/i18n';
import type { Answer, EtlReject, EtlRun } from '../../lib/types';
import { createTable } from '../data-table';
import { createPanel, type Panel } from '../panel';

const RUNS = 200;
const REJECTS = 1000;

export function loadPanels(): Panel[] {
  return [freshness(), runs(), rejects()];
}

function freshness(): Panel {
  return createPanel<Answer<EtlRun>>({
    id: 'freshness',
    title: t('data.freshness'),
    className: 'span-12',
    skeleton: 'facts',
    fetch: () => get<EtlRun>('etl-runs', { n: RUNS }),
    render: (answer, { catalog }) => {
      const succeeded = answer.data.find((run) => run.status === 'succeeded');
      const failed = answer.data.findIndex((run) => run.status === 'succeeded');
      const { meta, data } = catalog;
      return h(
        'dl',
        { class: 'facts' },
        fact(
          t('data.days'),
          meta.first_day ? format.dayRange(meta.first_day, meta.data_through ?? '', true) : format.NOT_KNOWN,
        ),
        fact(t('data.products'), format.count(data.length)),
        fact(t('data.categories'), format.count(meta.categories.length)),
        fact(t('data.last_good'), format.moment(succeeded?.finished_at)),
        failed > 0 ? fact(t('data.failed_since'), format.count(failed)) : null,
      );
    },
  });
}

function fact(label: string, value: string): Child {
  return h('div', {}, h('dt', {}, label), h('dd', {}, value));
}

function runs(): Panel {
  const optional = (value: number | null | undefined): string => format.count(value ?? 0);
  return createPanel<Answer<EtlRun>>({
    id: 'runs',
    title: t('data.runs'),
    className: 'span-12',
    skeleton: 'table',
    subtitle: () => t('data.runs_subtitle'),
    fetch: () => get<EtlRun>('etl-runs', { n: RUNS }),
    csv: () => csvAddress('etl-runs', { n: RUNS }),
    isEmpty: (answer) => answer.data.length === 0,
    empty: () => t('status.none'),
    render: (answer) =>
      createTable({
        id: 'runs',
        caption: t('data.runs'),
        className: 'stacks',
        limit: 10,
        rows: answer.data,
        columns: [
          {
            label: t('data.started'),
            key: 'started_at',
            isHeader: true,
            className: 'nowrap',
            sort: (row) => row.started_at,
            cell: (row) => [format.moment(row.started_at), h('span', { class: 'cell-note' }, row.source)],
          },
          {
            label: t('data.state'),
            key: 'status',
            sort: (row) => row.status,
            cell: (row) =>
              h(
                'span',
                { class: `badge badge-${{ succeeded: 'success', failed: 'warning' }[row.status as string] ?? 'info'}` },
                coded('status', row.status) ?? row.status,
              ),
          },
          {
            label: t('data.days'),
            key: 'period_start',
            className: 'nowrap',
            sort: (row) => row.period_start,
            cell: (row) =>
              row.period_start && row.period_end ? format.dayRange(row.period_start, row.period_end) : format.NOT_KNOWN,
          },
          {
            label: t('data.read'),
            key: 'rows_read',
            numeric: true,
            className: 'minor',
            sort: (row) => row.rows_read,
            cell: (row) => optional(row.rows_read),
          },
          {
            label: t('data.new'),
            key: 'rows_inserted',
            numeric: true,
            sort: (row) => row.rows_inserted,
            cell: (row) => optional(row.rows_inserted),
          },
          {
            label: t('data.changed'),
            key: 'rows_updated',
            numeric: true,
            className: 'minor',
            sort: (row) => row.rows_updated,
            cell: (row) => optional(row.rows_updated),
          },
          {
            label: t('data.not_taken'),
            key: 'rows_rejected',
            numeric: true,
            sort: (row) => (row.rows_rejected ?? 0) + (row.rows_held ?? 0),
            cell: (row) => format.count((row.rows_rejected ?? 0) + (row.rows_held ?? 0)),
          },
          { label: t('data.error'), className: 'wide reason', cell: (row) => row.error ?? '' },
        ],
      }),
  });
}

function rejects(): Panel {
  return createPanel<Answer<EtlReject>>({
    id: 'rejects',
    title: t('data.rejects'),
    className: 'span-12',
    skeleton: 'table',
    subtitle: () => t('data.rejects_subtitle'),
    fetch: () => get<EtlReject>('etl-rejects', { n: REJECTS }),
    csv: () => csvAddress('etl-rejects', { n: REJECTS }),
    isEmpty: (answer) => answer.data.length === 0,
    empty: () => t('data.rejects_empty'),
    render: (answer) =>
      createTable({
        id: 'rejects',
        caption: t('data.rejects'),
        className: 'stacks',
        rows: answer.data,
        columns: [
          {
            label: t('data.last_seen'),
            key: 'last_seen',
            isHeader: true,
            className: 'nowrap',
            sort: (row) => row.last_seen,
            cell: (row) => [format.moment(row.last_seen), h('span', { class: 'cell-note' }, row.source)],
          },
          {
            label: t('data.state'),
            key: 'status',
            sort: (row) => row.status,
            cell: (row) =>
              h(
                'span',
                { class: `badge badge-${row.status === 'rejected' ? 'warning' : 'info'}` },
                coded('reject_state', row.status) ?? row.status,
              ),
          },
          {
            label: t('anomalies.day'),
            key: 'date',
            className: 'nowrap',
            sort: (row) => row.date,
            cell: (row) => format.day(row.date, true),
          },
          {
            label: t('data.key'),
            key: 'external_id',
            sort: (row) => row.external_id,
            cell: (row) => row.external_id ?? format.NOT_KNOWN,
          },
          {
            label: t('data.reason'),
            className: 'wide reason',
            cell: (row) => [row.reason, row.original ? h('code', { class: 'original' }, row.original) : null],
          },
        ],
      }),
  });
}

// SPDX-License-Identifier: PostgreSQL
// One promotion day by day: what came, and what would have come without it, before, during and after.
//
//   const panel = promotionDays(); page.append(panel.element); panel.load(context);
//   panel.choose(promotion)      another promotion; it is in the address as promotion-days.id, or there by its name
import { parameter, setParameter } from '../../lib/address';
import { csvAddress, get, type Parameters } from '../../lib/api';
import { selection, type Context } from '../../lib/context';
import { h } from '../../lib/dom';
import * as format from '../../lib/format';
import { t } from '../../lib/i18n';
import { pageLink, type Filters } from '../../lib/state';
import type { Answer, PromotionDay, PromotionImpact } from '../../lib/types';
import { createChart } from '../chart';
import { createPanel, type Panel } from '../panel';

const PARAMETER = 'promotion-days.id';

/** The page of promotions with this one, by number or name, day by day. */
export function promotionLink(promotion: string | number, filters: Filters): string {
  const page = pageLink('promotions', filters);
  return `${page}${page.includes('?') ? '&' : '?'}${new URLSearchParams({ [PARAMETER]: String(promotion) })}`;
}

export interface PromotionDays extends Panel {
  choose(id: number): void;
}

/** The chosen promotion, or the latest that has an effect to show. */
async function chosen(context: Context): Promise<PromotionImpact | null> {
  const { data } = await get<PromotionImpact>('promotions', selection(context));
  const wanted = parameter(PARAMETER);
  const judged = data.filter((row) => row.promotion_id !== null && row.absolute_effect !== null);
  judged.sort((a, b) => b.promotion_start.localeCompare(a.promotion_start));
  return judged.find((row) => String(row.promotion_id) === wanted || row.promotion === wanted) ?? judged[0] ?? null;
}

export function promotionDays(): PromotionDays {
  const chart = createChart({
    name: t('promotion_days.title'),
    format: format.money,
    axisFormat: format.compactMoney,
    height: 300,
  });
  let shown: PromotionImpact | null = null;
  const parameters = (): Parameters => ({ promotion_id: shown?.promotion_id ?? null });

  const panel = createPanel<Answer<PromotionDay> | null>({
    id: 'promotion-days',
    title: t('promotion_days.title'),
    className: 'span-12',
    skeleton: 'chart',
    room: 410,
    controls: [chart.pngButton],
    fetch: async (context) => {
      shown = await chosen(context);
      return shown ? get<PromotionDay>('promotion-daily', parameters()) : null;
    },
    csv: () => csvAddress('promotion-daily', parameters()),
    isEmpty: (answer) => !answer || answer.data.length === 0,
    empty: () => t('promotions.empty'),
    render: (answer) => {
      const rows = answer?.data ?? [];
      const name = shown?.promotion ?? t('promotions.promotion');
      const during = rows.filter((row) => row.phase === 'promotion');
      chart.draw({
        days: rows.map((row) => row.day),
        series: [
          { name: t('promotion_days.actual'), values: rows.map((row) => row.actual), color: '--ink' },
          {
            name: t('promotion_days.range'),
            band: true,
            color: '--accent',
            values: rows.map((row) => row.counterfactual_lower_bound),
            upper: rows.map((row) => row.counterfactual_upper_bound),
          },
          {
            name: t('promotion_days.without'),
            values: rows.map((row) => row.counterfactual),
            color: '--accent',
            dashed: true,
          },
        ],
        ...(during[0] ? { highlight: { from: during[0].day, to: during.at(-1)?.day ?? during[0].day } } : {}),
        summary: t('promotion_days.summary', {
          name,
          effect: format.signedMoney(shown?.absolute_effect),
          period: format.dayRange(shown?.promotion_start ?? '', shown?.promotion_end ?? ''),
        }),
      });
      return [
        h(
          'p',
          { class: 'promotion-chosen' },
          h('b', {}, name),
          ' · ',
          format.dayRange(shown?.promotion_start ?? '', shown?.promotion_end ?? ''),
          ' · ',
          t('promotion_days.effect', {
            effect: format.signedMoney(shown?.absolute_effect),
            lower: format.signedMoney(shown?.effect_lower_bound),
            upper: format.signedMoney(shown?.effect_upper_bound),
          }),
        ),
        chart.element,
      ];
    },
  });
  return {
    ...panel,
    choose(id) {
      setParameter(PARAMETER, String(id));
      void panel.reload();
    },
  };
}

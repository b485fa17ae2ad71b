// SPDX-License-Identifier: PostgreSQL
// An interval as a small picture: a bar from lower to upper on a shared scale, a tick at the reference
// and a dot at the value. The figures stand beside it in words, so it is hidden from screen readers.
//
//   rangeMark({ lower: 80, upper: 120, value: 140, from: 0, to: 150, tone: 'bad' })
import './style.css';
import { svg } from '../../lib/dom';

export interface RangeMark {
  lower: number | null;
  upper: number | null;
  value: number | null;
  /** The scale. */
  from: number;
  to: number;
  /** A thin line, e.g. at zero. */
  reference?: number | null;
  tone?: 'good' | 'bad' | 'neutral';
}

const WIDTH = 120;
const HEIGHT = 14;

export function rangeMark({ lower, upper, value, from, to, reference, tone }: RangeMark): SVGSVGElement {
  const picture = svg('svg', {
    class: `range-mark range-${tone ?? 'neutral'}`,
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    width: WIDTH,
    height: HEIGHT,
    'aria-hidden': 'true',
    focusable: 'false',
  });
  const width = to - from;
  if (!(width > 0)) return picture;
  const x = (at: number): number => 5 + (Math.min(Math.max(at, from), to) - from) * ((WIDTH - 10) / width);
  picture.append(svg('line', { class: 'range-axis', x1: 5, x2: WIDTH - 5, y1: HEIGHT / 2, y2: HEIGHT / 2 }));
  if (lower !== null && upper !== null) {
    picture.append(
      svg('rect', {
        class: 'range-bar',
        x: x(lower),
        y: 4,
        width: Math.max(x(upper) - x(lower), 2),
        height: HEIGHT - 8,
        rx: 3,
      }),
    );
  }
  if (reference !== null && reference !== undefined && reference >= from && reference <= to) {
    picture.append(svg('line', { class: 'range-reference', x1: x(reference), x2: x(reference), y1: 0, y2: HEIGHT }));
  }
  if (value !== null) picture.append(svg('circle', { class: 'range-dot', cx: x(value), cy: HEIGHT / 2, r: 4 }));
  return picture;
}

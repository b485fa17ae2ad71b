// SPDX-License-Identifier: PostgreSQL
// A word-sized line: no axes, the last point marked. It decorates a figure that is written beside it,
// so it is hidden from screen readers. null leaves a gap.
//
//   card.append(sparkline([1, 3, null, 2], { width: 120, height: 32 }));
import './style.css';
import { svg } from '../../lib/dom';

interface Size {
  width: number;
  height: number;
  /** Also fills the area under the line. */
  area?: boolean;
}

export function sparkline(values: (number | null | undefined)[], { width, height, area }: Size): SVGSVGElement {
  const known = values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  const picture = svg('svg', {
    class: 'sparkline',
    viewBox: `0 0 ${width} ${height}`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
    focusable: 'false',
  });
  if (known.length < 2) return picture;
  const low = Math.min(...known);
  const range = Math.max(...known) - low || 1;
  const margin = 3;
  const x = (index: number): number => margin + (index * (width - 2 * margin)) / (values.length - 1);
  const y = (value: number): number => height - margin - ((value - low) * (height - 2 * margin)) / range;

  let line = '';
  let pen = 'M';
  let first: number | null = null;
  let last: number | null = null;
  values.forEach((value, index) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      pen = 'M';
      return;
    }
    line += `${pen}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = 'L';
    first ??= index;
    last = index;
  });
  if (area && first !== null && last !== null && known.length === values.length) {
    // Out to both edges, beyond the line's own margin.
    const [from = low, to = low] = [known[0], known.at(-1)];
    picture.append(
      svg('path', {
        class: 'sparkline-area',
        d: `M0 ${y(from).toFixed(1)}${line.replace('M', 'L')}L${width} ${y(to).toFixed(1)}L${width} ${height}L0 ${height}Z`,
      }),
    );
  }
  picture.append(svg('path', { class: 'sparkline-line', d: line, 'vector-effect': 'non-scaling-stroke' }));
  const end = last === null ? null : values[last];
  if (last !== null && typeof end === 'number') {
    // A round-capped line of no length stays a dot however the picture is stretched.
    const at = `${x(last).toFixed(1)} ${y(end).toFixed(1)}`;
    picture.append(svg('path', { class: 'sparkline-end', d: `M${at}L${at}`, 'vector-effect': 'non-scaling-stroke' }));
  }
  return picture;
}

// SPDX-License-Identifier: PostgreSQL
// A small choice in a panel's header. The label is for screen readers; the options explain themselves.
//
//   const horizon = selectControl('Days ahead', [[30, '30 days ahead']], 30, () => panel.reload());
//   panel controls: [horizon.element]; horizon.value() → 30
//
// With a parameter's name the choice is in the address: selectControl(…, 'forecast.horizon').
import './style.css';
import { parameter, setParameter } from '../../lib/address';
import { h } from '../../lib/dom';

export interface SelectControl<T extends string | number> {
  element: HTMLSelectElement;
  value(): T;
  /** Other options; keeps the choice where it still exists, else takes the first. */
  setOptions(options: [T, string][]): void;
}

export function selectControl<T extends string | number>(
  label: string,
  options: [T, string][],
  initial: T,
  changed: () => void,
  name?: string,
): SelectControl<T> {
  let known = options;
  const element = h('select', { class: 'select-control', 'aria-label': label });
  element.addEventListener('change', () => {
    if (name) setParameter(name, element.value === String(initial) ? null : element.value);
    changed();
  });
  const fill = (chosen: string): void => {
    element.replaceChildren(...known.map(([value, text]) => h('option', { value }, text)));
    element.value = known.some(([value]) => String(value) === chosen) ? chosen : String(known[0]?.[0] ?? '');
  };
  fill(String(initial));
  const chosen = (): T => known.find(([value]) => String(value) === element.value)?.[0] ?? initial;
  return {
    element,
    value: () => {
      const wanted = name ? (parameter(name) ?? String(initial)) : element.value;
      if (known.some(([value]) => String(value) === wanted)) element.value = wanted;
      return chosen();
    },
    setOptions(next) {
      known = next;
      fill(element.value);
    },
  };
}

// SPDX-License-Identifier: PostgreSQL
// The same colour for the same thing on every panel: a category by its place in the catalog, a product by its place in
// its category. Seven colours that are told apart in both themes and by colour-blind readers; what is more is "other", grey.
import type { Catalog } from './types';

export const COLORS = 7;
export const OTHER_COLOR = '--series-8';

function at(names: string[], name: string): string {
  const place = names.indexOf(name);
  return place < 0 ? OTHER_COLOR : `--series-${(place % COLORS) + 1}`;
}

export function categoryColor(catalog: Catalog, name: string): string {
  return at(
    [...catalog.meta.categories].sort((a, b) => a.localeCompare(b)),
    name,
  );
}

export function productColor(catalog: Catalog, name: string): string {
  const category = catalog.data.find((row) => row.product === name)?.category ?? null;
  const names = catalog.data.filter((row) => row.category === category).map((row) => row.product);
  return at(
    names.sort((a, b) => a.localeCompare(b)),
    name,
  );
}

/** Colours that meet in one chart are made different: the first free one where the own is taken. */
export function distinct(colors: string[]): string[] {
  const taken = new Set<string>();
  const all = Array.from({ length: COLORS }, (_, index) => `--series-${index + 1}`);
  return colors.map((color) => {
    const free = color === OTHER_COLOR || !taken.has(color) ? color : (all.find((one) => !taken.has(one)) ?? color);
    taken.add(free);
    return free;
  });
}

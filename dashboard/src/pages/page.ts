// SPDX-License-Identifier: PostgreSQL
// A page is built once and loads again with each selection.
import type { Context } from '../lib/context';

export interface Page {
  element: HTMLElement;
  load(context: Context): void;
  /** Asks for what the page shows before the catalog is there; see Panel. */
  prefetch?(context: Context): void;
  title(context: Context): string;
}

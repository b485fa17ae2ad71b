// SPDX-License-Identifier: PostgreSQL
// A page is built once and loads again with each selection.
import type { Context } from '../lib/context';

export interface Page {
  element: HTMLElement;
  load(context: Context): void;
  title(context: Context): string;
}

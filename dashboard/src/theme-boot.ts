// SPDX-License-Identifier: PostgreSQL
// Runs before the first paint: a theme chosen earlier must not flash in the other one.
import { applyTheme, storedTheme } from './lib/theme';

applyTheme(storedTheme());

// SPDX-License-Identifier: PostgreSQL
// The colour theme: the system's by default, or the one chosen with the toggle (kept per browser).

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'performance_tracker.theme';

export function storedTheme(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system'; // storage may be forbidden; the page works without it
  }
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export function chooseTheme(theme: Theme): void {
  applyTheme(theme);
  try {
    if (theme === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // see storedTheme
  }
  listeners.forEach((listener) => listener());
}

export function isDark(): boolean {
  const chosen = document.documentElement.dataset['theme'];
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

/** What the toggle does next: the opposite of what the system shows, then the same by hand, then the system again. */
export function nextTheme(): Theme {
  const system: Theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  const chosen = storedTheme();
  if (chosen === 'system') return system === 'dark' ? 'light' : 'dark';
  return chosen === system ? 'system' : system;
}

const listeners = new Set<() => void>();

/** Calls back whenever the colours on screen change, by toggle or by the system; returns the way to stop. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function watchSystemTheme(): void {
  const tell = (): void => listeners.forEach((listener) => listener());
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', tell);
  // Paper is white: charts are painted, so they too must turn light before the printer looks.
  addEventListener('beforeprint', () => {
    if (!isDark()) return;
    applyTheme('light');
    tell();
    addEventListener(
      'afterprint',
      () => {
        applyTheme(storedTheme());
        tell();
      },
      { once: true },
    );
  });
}

/** A colour token (`--accent`) as the browser resolves it now; canvas understands no `light-dark()`. */
export function color(token: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  probe.hidden = true;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

/** The same colour with another opacity (0–1). */
export function withAlpha(rgb: string, alpha: number): string {
  const parts = /rgba?\((\d+)[, ]+(\d+)[, ]+(\d+)/.exec(rgb);
  return parts ? `rgba(${parts[1]}, ${parts[2]}, ${parts[3]}, ${alpha})` : rgb;
}

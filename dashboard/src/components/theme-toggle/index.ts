// SPDX-License-Identifier: PostgreSQL
// Light, dark, or as the system has it: the button names what it will do next, and its picture shows it.
//
//   header.append(themeToggle());
import './style.css';
import { h, svg } from '../../lib/dom';
import { t } from '../../lib/i18n';
import { chooseTheme, nextTheme, onThemeChange, type Theme } from '../../lib/theme';

const PICTURES: Record<Theme, () => SVGElement[]> = {
  light: () => [
    svg('circle', { cx: 10, cy: 10, r: 3.6 }),
    svg('path', { d: 'M10 1.5v2M10 16.5v2M1.5 10h2M16.5 10h2M4 4l1.4 1.4M14.6 14.6L16 16M4 16l1.4-1.4M14.6 5.4L16 4' }),
  ],
  dark: () => [svg('path', { d: 'M16.5 12.2A7 7 0 0 1 7.8 3.5a7 7 0 1 0 8.7 8.7z' })],
  system: () => [
    svg('circle', { cx: 10, cy: 10, r: 7 }),
    svg('path', { class: 'theme-half', d: 'M10 3a7 7 0 0 1 0 14z' }),
  ],
};

export function themeToggle(): HTMLElement {
  const button = h('button', {
    type: 'button',
    class: 'icon-button theme-toggle',
    onclick: () => chooseTheme(nextTheme()),
  });
  const draw = (): void => {
    const next = nextTheme();
    const label = t(`theme.${next}`);
    button.setAttribute('aria-label', label);
    button.title = label;
    button.replaceChildren(
      svg(
        'svg',
        { viewBox: '0 0 20 20', width: 18, height: 18, 'aria-hidden': 'true', focusable: 'false' },
        PICTURES[next](),
      ),
    );
  };
  draw();
  onThemeChange(draw);
  return button;
}

// SPDX-License-Identifier: PostgreSQL
// Light or dark by hand. The button names what it will do; the system decides until it is used.
//
//   header.append(themeToggle());
import './style.css';
import { h, svg } from '../../lib/dom';
import { chooseTheme, isDark, onThemeChange } from '../../lib/theme';

export function themeToggle(): HTMLElement {
  const button = h('button', {
    type: 'button',
    class: 'icon-button theme-toggle',
    onclick: () => chooseTheme(isDark() ? 'light' : 'dark'),
  });
  const draw = (): void => {
    const dark = isDark();
    const label = dark ? 'Light theme' : 'Dark theme';
    button.setAttribute('aria-label', label);
    button.title = label;
    button.replaceChildren(
      svg(
        'svg',
        { viewBox: '0 0 20 20', width: 18, height: 18, 'aria-hidden': 'true', focusable: 'false' },
        dark
          ? [
              svg('circle', { cx: 10, cy: 10, r: 3.6 }),
              svg('path', {
                d: 'M10 1.5v2M10 16.5v2M1.5 10h2M16.5 10h2M4 4l1.4 1.4M14.6 14.6L16 16M4 16l1.4-1.4M14.6 5.4L16 4',
              }),
            ]
          : svg('path', { d: 'M16.5 12.2A7 7 0 0 1 7.8 3.5a7 7 0 1 0 8.7 8.7z' }),
      ),
    );
  };
  draw();
  onThemeChange(draw);
  return button;
}

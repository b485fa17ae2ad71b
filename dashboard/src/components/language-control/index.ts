// SPDX-License-Identifier: PostgreSQL
// The language of the page. The choice is kept for this browser; an address with `lang=` decides for its readers.
//
//   header.append(languageControl());
import './style.css';
import { h } from '../../lib/dom';
import { chooseLanguage, language, LANGUAGES, t } from '../../lib/i18n';

export function languageControl(): HTMLElement {
  const control = h(
    'select',
    {
      class: 'language-control',
      'aria-label': t('language.label'),
      title: t('language.label'),
      onchange: () => {
        const chosen = LANGUAGES.find((one) => one === control.value);
        if (!chosen) return;
        chooseLanguage(chosen);
        // The page was made anew, with it this control: the reader's hand stays where it was.
        document.querySelector<HTMLElement>('.language-control')?.focus();
      },
    },
    LANGUAGES.map((one) =>
      h('option', { value: one, lang: one, 'aria-label': t(`language.${one}`) }, one.toUpperCase()),
    ),
  );
  control.value = language();
  return control;
}

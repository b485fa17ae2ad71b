// SPDX-License-Identifier: PostgreSQL
// A field that finds one of many by typing: the ARIA combobox with a list below it. A thousand options cost what the
// first fifty matches cost; the rest is found by typing on.
//
//   const field = combobox({ label: 'Product', options: (typed) => […], choose: (value) => … });
//   bar.append(field.element); field.show('Wireless Mouse');
import './style.css';
import { h, uniqueId } from '../../lib/dom';
import { t } from '../../lib/i18n';

export interface Option {
  value: string;
  label: string;
  /** Smaller, beside the label: the category of a product. */
  note?: string | null;
}

export interface ComboboxOptions {
  label: string;
  placeholder?: string;
  /** The options that match what was typed ('' for all), best first. */
  options: (typed: string) => Option[];
  choose: (value: string) => void;
  /** The list is always there, below the field: a palette. */
  open?: boolean;
}

export interface Combobox {
  element: HTMLElement;
  input: HTMLInputElement;
  /** What the field shows while nobody types in it. */
  show(text: string): void;
  /** The list anew, e.g. when the palette opens. */
  refresh(): void;
}

const SHOWN = 50;

/** Those that contain every typed word, those that begin with it first. */
export function matching(options: Option[], typed: string): Option[] {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return options;
  const found = options.filter((option) => {
    const text = `${option.label} ${option.note ?? ''}`.toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
  const first = words[0] ?? '';
  const rank = (option: Option): number => Number(!option.label.toLocaleLowerCase().startsWith(first));
  return found
    .map((option, at) => ({ option, at }))
    .sort((a, b) => rank(a.option) - rank(b.option) || a.at - b.at)
    .map(({ option }) => option);
}

export function combobox(options: ComboboxOptions): Combobox {
  const listId = uniqueId('list');
  const input = h('input', {
    id: uniqueId('combobox'),
    type: 'text',
    class: 'combobox-input',
    role: 'combobox',
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-label': options.label,
    'aria-autocomplete': 'list',
    'aria-expanded': String(options.open === true),
    'aria-controls': listId,
    placeholder: options.placeholder,
  });
  const list = h('ul', { id: listId, class: 'combobox-list', role: 'listbox', 'aria-label': options.label });
  const rest = h('p', { class: 'combobox-more', role: 'status' });
  const element = h(
    'div',
    { class: options.open ? 'combobox combobox-open palette-box' : 'combobox' },
    input,
    h('div', { class: 'combobox-popup' }, list, rest),
  );
  let shown: Option[] = [];
  let active = -1;
  let text = '';
  let typing = false;

  function draw(): void {
    const all = options.options(typing || options.open ? input.value.trim() : '');
    shown = all.slice(0, SHOWN);
    active = shown.length && (typing || options.open) ? 0 : -1;
    list.replaceChildren(
      ...shown.map((option, index) =>
        h(
          'li',
          {
            id: `${listId}-${index}`,
            role: 'option',
            class: 'combobox-option',
            'aria-selected': 'false',
            // Before the field loses the focus and closes the list.
            onpointerdown: (event) => event.preventDefault(),
            onclick: () => take(option),
          },
          h('span', {}, option.label),
          option.note ? h('span', { class: 'combobox-note' }, option.note) : null,
        ),
      ),
    );
    list.hidden = shown.length === 0;
    rest.textContent =
      all.length === 0 ? t('combobox.none') : all.length > SHOWN ? t('combobox.more', { n: all.length - SHOWN }) : '';
    mark();
  }

  function mark(): void {
    list.querySelectorAll('[role=option]').forEach((item, index) => {
      item.setAttribute('aria-selected', String(index === active));
      if (index === active) item.scrollIntoView({ block: 'nearest' });
    });
    if (active >= 0) input.setAttribute('aria-activedescendant', `${listId}-${active}`);
    else input.removeAttribute('aria-activedescendant');
  }

  function open(): void {
    if (!options.open && input.getAttribute('aria-expanded') === 'true') return;
    input.setAttribute('aria-expanded', 'true');
    element.classList.add('combobox-open');
    draw();
  }

  function close(): void {
    typing = false;
    if (options.open) return;
    input.value = text;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
    element.classList.remove('combobox-open');
    list.replaceChildren();
    rest.textContent = '';
  }

  function take(option: Option): void {
    text = option.label;
    close();
    options.choose(option.value);
  }

  const isOpen = (): boolean => input.getAttribute('aria-expanded') === 'true';
  input.addEventListener('focus', () => {
    if (!options.open) input.select();
  });
  input.addEventListener('click', open);
  input.addEventListener('input', () => {
    typing = true;
    open();
    draw();
  });
  input.addEventListener('blur', close);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!isOpen()) open();
      else if (shown.length) {
        active = (active + (event.key === 'ArrowDown' ? 1 : -1) + shown.length) % shown.length;
        mark();
      }
    } else if (event.key === 'Enter' && isOpen()) {
      event.preventDefault();
      const option = shown[active];
      if (option) take(option);
    } else if (event.key === 'Escape' && isOpen() && !options.open) {
      event.stopPropagation();
      close();
      input.select();
    }
  });

  return {
    element,
    input,
    show(next) {
      text = next;
      if (document.activeElement !== input || !typing) input.value = next;
    },
    refresh: draw,
  };
}

// SPDX-License-Identifier: PostgreSQL
// A form over the page: its fields, what was wrong with them, and two buttons. It closes when `submit` says so.
//
//   formDialog({
//     title: t('settings.margins'),
//     fields: [{ parameter: 'unit_cost', label: t('settings.unit_cost'), type: 'number', value: '11.5', step: 'any' }],
//     action: t('form.save'),
//     submit: async (values) => (await write('POST', 'margins', values)) !== null,
//   });
import './style.css';
import { ApiError } from '../../lib/api';
import { h, uniqueId, type Child } from '../../lib/dom';
import { t } from '../../lib/i18n';
import { dialog } from '../dialog';

export interface Field {
  /** As the API calls it: an error about it is shown beside it. */
  parameter: string;
  label: string;
  type: 'text' | 'number' | 'date' | 'password' | 'checkbox' | 'select';
  value?: string;
  hint?: string;
  required?: boolean;
  options?: readonly (readonly [string, string])[];
  /** Suggestions for a text. */
  suggestions?: readonly string[];
  min?: number;
  max?: number;
  /** Hidden until `when` of the other values holds. */
  when?: (values: Values) => boolean;
}
export type Values = Record<string, string | boolean>;

interface FormOptions {
  title: string;
  lead?: Child;
  fields: Field[];
  action: string;
  /** True: it is done. A thrown ApiError is shown. */
  submit: (values: Values) => Promise<boolean>;
  /** It was closed, done or not. */
  closed?: (done: boolean) => void;
}

export function formDialog({ title, lead, fields, action, submit, closed }: FormOptions): void {
  let done = false;
  const error = h('div', { class: 'form-error', role: 'alert' });
  const inputs = new Map(fields.map((field) => [field.parameter, inputOf(field)]));
  const places = new Map<string, HTMLElement>();
  const send = h('button', { type: 'submit', class: 'button' }, action);
  const cancel = h('button', { type: 'button', class: 'button quiet', onclick: () => box.close() }, t('form.cancel'));
  const form = h('form', { class: 'form', novalidate: false });

  const values = (): Values =>
    Object.fromEntries(
      [...inputs].map(([name, input]) => [
        name,
        input instanceof HTMLInputElement && input.type === 'checkbox' ? input.checked : input.value.trim(),
      ]),
    );
  const showWanted = (): void => {
    for (const field of fields) {
      const place = places.get(field.parameter);
      if (place && field.when) place.hidden = !field.when(values());
    }
  };
  form.addEventListener('input', showWanted);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void run();
  });

  async function run(): Promise<void> {
    error.replaceChildren();
    for (const input of inputs.values()) input.removeAttribute('aria-invalid');
    send.disabled = true;
    try {
      done = await submit(values());
      if (done) box.close();
    } catch (caught) {
      if (!(caught instanceof ApiError)) console.error(caught);
      say(caught instanceof ApiError ? caught : null);
    } finally {
      send.disabled = false;
    }
  }

  function say(caught: ApiError | null): void {
    error.replaceChildren(
      h('p', {}, caught?.message ?? t('notice.wrong')),
      caught?.hint ? h('p', { class: 'form-hint' }, caught.hint) : '',
    );
    const input = inputs.get(caught?.parameter ?? '');
    input?.setAttribute('aria-invalid', 'true');
    (input ?? send).focus();
  }

  for (const field of fields) {
    const input = inputs.get(field.parameter);
    if (!input) continue;
    const place = placeOf(field, input);
    places.set(field.parameter, place);
    form.append(place);
  }
  form.append(error, h('div', { class: 'form-actions' }, send, cancel));
  const box = dialog(title, 'form-dialog', lead ? h('p', { class: 'form-lead' }, lead) : null, form);
  box.element.addEventListener('close', () => closed?.(done));
  showWanted();
  box.open();
  form.querySelector<HTMLElement>('input, select')?.focus();
}

type Input = HTMLInputElement | HTMLSelectElement;

function inputOf(field: Field): Input {
  const id = uniqueId('field');
  if (field.type === 'select') {
    const select = h(
      'select',
      { id, name: field.parameter },
      (field.options ?? []).map(([value, text]) => h('option', { value }, text)),
    );
    if (field.value !== undefined) select.value = field.value;
    return select;
  }
  const input = h('input', {
    id,
    name: field.parameter,
    type: field.type,
    required: field.required,
    min: field.min,
    max: field.max,
    step: field.type === 'number' ? 'any' : null,
    autocomplete: field.type === 'password' ? 'current-password' : 'off',
  });
  if (field.type === 'checkbox') input.checked = field.value === 'true';
  else input.value = field.value ?? '';
  return input;
}

function placeOf(field: Field, input: Input): HTMLElement {
  const list = field.suggestions
    ? h(
        'datalist',
        { id: uniqueId('suggestions') },
        field.suggestions.map((value) => h('option', { value })),
      )
    : null;
  if (list) input.setAttribute('list', list.id);
  const hint = field.hint ? h('p', { class: 'form-hint', id: uniqueId('hint') }, field.hint) : null;
  if (hint) input.setAttribute('aria-describedby', hint.id);
  const label = h('label', { for: input.id }, field.label);
  return h(
    'div',
    { class: `form-field form-${field.type}` },
    field.type === 'checkbox' ? [input, label] : [label, input],
    list,
    hint,
  );
}

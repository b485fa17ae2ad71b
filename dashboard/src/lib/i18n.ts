// SPDX-License-Identifier: PostgreSQL
// The words of the page: `t('forecast.title')`, with values `t('filter.last', { n: 7 })`. Every sentence stands in
// src/messages, in English and in German; nothing else in src is read by a person (tests/dashboard holds that).
//
//   t('status.new', { n: 1234 })          numbers are written as the language writes them; `n` also chooses one/other
//   tr('empty.load', { command: h('code', {}, '…') })   the same with elements in it
//
// The language is, in this order: the address's (`lang=de`), the one chosen in the header, the browser's.
import type { Child } from './dom';
import { messages, type Message, type MessageKey } from '../messages';

export type { MessageKey } from '../messages';
export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

const STORE = 'performance_tracker.language';
let addressed: Language | null = null;
const listeners = new Set<() => void>();

const known = (value: string | null | undefined): Language | null =>
  LANGUAGES.find((language) => language === value) ?? null;

function stored(): Language | null {
  try {
    return known(localStorage.getItem(STORE));
  } catch {
    return null; // storage may be forbidden; the page works without it
  }
}

function preferred(): Language {
  const wanted = addressed ?? stored();
  if (wanted) return wanted;
  const tags = navigator.languages.length ? navigator.languages : [navigator.language];
  for (const tag of tags) {
    const found = known(tag.slice(0, 2).toLowerCase());
    if (found) return found;
  }
  return 'en';
}

let current: Language = preferred();
let plurals = new Intl.PluralRules(current);

export function language(): Language {
  return current;
}

/** For Intl: the reader's own kind of the language (en-GB, de-AT) where the browser names one. */
export function locale(): string {
  const own = navigator.languages.find((tag) => tag.toLowerCase().startsWith(current));
  return own ?? (current === 'en' ? 'en-US' : current);
}

/** The language that the address asks for, to be kept in every link that is made. */
export function addressedLanguage(): Language | null {
  return addressed;
}

/** Called with each address; tells the listeners when the words on screen are no longer the right ones. */
export function setAddressedLanguage(value: string | null): void {
  addressed = known(value);
  settle();
}

/** Chosen by hand: kept for this browser. */
export function chooseLanguage(chosen: Language): void {
  try {
    localStorage.setItem(STORE, chosen);
  } catch {
    // see stored
  }
  if (addressed) addressed = chosen;
  current = chosen;
  apply();
  listeners.forEach((listener) => listener());
}

export function onLanguageChange(listener: () => void): void {
  listeners.add(listener);
}

function settle(): void {
  const next = preferred();
  if (next === current) return;
  current = next;
  apply();
  listeners.forEach((listener) => listener());
}

function apply(): void {
  plurals = new Intl.PluralRules(current);
  document.documentElement.lang = current;
}
apply();

type Value = string | number | null | undefined;

function text(key: MessageKey, n: Value | Child): string {
  const message: Message = messages[current][key];
  if (typeof message === 'string') return message;
  return plurals.select(typeof n === 'number' ? n : 2) === 'one' ? message.one : message.other;
}

function written(value: Value): string {
  if (typeof value === 'number') return new Intl.NumberFormat(locale()).format(value).replace('-', '\u2212');
  return value ?? '';
}

export function t(key: MessageKey, values: Record<string, Value> = {}): string {
  return text(key, values['n']).replace(/\{(\w+)\}/g, (_, name: string) => written(values[name]));
}

export function tr(key: MessageKey, values: Record<string, Child>): Child[] {
  return text(key, values['n'])
    .split(/\{(\w+)\}/)
    .map((part, index) => {
      if (index % 2 === 0) return part;
      const value = values[part];
      return typeof value === 'number' ? written(value) : value;
    });
}

/** A message whose key is made of a code from the database (`reason.stock_out`); null where there is none. */
export function coded(
  prefix: string,
  code: string | null | undefined,
  values: Record<string, Value> = {},
): string | null {
  const key = `${prefix}.${code ?? ''}`;
  return Object.hasOwn(messages.en, key) ? t(key as MessageKey, values) : null;
}

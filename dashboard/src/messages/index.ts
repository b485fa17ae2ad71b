// SPDX-License-Identifier: PostgreSQL
// All words of the page. A file a part of the page, each with both languages side by side: the compiler holds the
// German to the keys of the English. `{name}` is a value; { one, other } is chosen by the value `n`.
import { codes } from './codes';
import { first } from './first';
import { pages } from './pages';
import { panels } from './panels';
import { shell } from './shell';
import { writes } from './writes';

export type Message = string | { one: string; other: string };

/** The German of a part: every key of its English, and no other. */
export type Translated<English> = { [Key in keyof English]: Message };

const en = { ...shell.en, ...codes.en, ...first.en, ...pages.en, ...panels.en, ...writes.en };
export type MessageKey = keyof typeof en;

export const messages: Record<'en' | 'de', Record<MessageKey, Message>> = {
  en,
  de: { ...shell.de, ...codes.de, ...first.de, ...pages.de, ...panels.de, ...writes.de },
};

// SPDX-License-Identifier: PostgreSQL
// The JSON API: what is asked for at once is one request, answers are kept for a minute, errors have one shape.
import type { Answer, Catalog } from './types';
import { t } from './i18n';

export const BASE = 'api/v1/';
const KEEP_MS = 60_000;
const TIMEOUT_MS = 30_000;

export type Parameters = Record<string, string | number | boolean | null | undefined>;

/** What the server said (`code`, `hint`), or `unreachable` / `bad_answer` when it said nothing of use. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    readonly hint: string | null,
    readonly requestId: string | null,
    /** The one that it is about, as the API calls it. */
    readonly parameter: string | null = null,
  ) {
    super(message);
  }
}

export function address(route: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return BASE + route + (text ? `?${text}` : '');
}

export function csvAddress(route: string, parameters: Parameters = {}): string {
  return address(route, { ...parameters, format: 'csv' });
}

const cache = new Map<string, { at: number; answer: Promise<unknown> }>();

/** After new data has arrived, or for a second try. */
export function forgetAnswers(): void {
  cache.clear();
}

export function get<Row>(route: string, parameters: Parameters = {}): Promise<Answer<Row>> {
  return cached(address(route, parameters)) as Promise<Answer<Row>>;
}

export function getCatalog(): Promise<Catalog> {
  return cached(address('catalog')) as Promise<Catalog>;
}

function cached(url: string): Promise<unknown> {
  const known = cache.get(url);
  if (known && Date.now() - known.at < KEEP_MS) return known.answer;
  const answer = batched(url);
  cache.set(url, { at: Date.now(), answer });
  answer.catch(() => {
    if (cache.get(url)?.answer === answer) cache.delete(url);
  });
  return answer;
}

/** Of the answers that came last: which data they were made from, whether they were old already, and when they were made. */
export const answersShown: { version: string | null; stale: boolean; madeAt: number | null } = {
  version: null,
  stale: false,
  madeAt: null,
};

/** When the oldest part of an answer was made. */
function oldestOf(body: unknown): number | null {
  type Part = { data?: unknown; meta?: { made_at?: string } };
  const { data, meta } = (body ?? {}) as Part;
  const parts = Array.isArray(data) ? [{ meta }] : Object.values((data ?? {}) as Record<string, Part>);
  const times = parts.map((part) => Date.parse(part.meta?.made_at ?? '')).filter((time) => !Number.isNaN(time));
  return times.length ? Math.min(...times) : null;
}

function note(response: Response, body: unknown): void {
  const version = response.headers.get('Data-Version');
  if (version === null) return;
  answersShown.version = version;
  answersShown.stale = response.headers.get('Data-Stale') === 'true';
  answersShown.madeAt = answersShown.stale ? (oldestOf(body) ?? answersShown.madeAt ?? Date.now()) : Date.now();
}

// What a page asks for at once is one request: each answer under the name that it was asked by.
interface Waiting {
  url: string;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}
const MOST_AT_ONCE = 24;
let waiting: Waiting[] = [];
let together = true;

function batched(url: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    waiting.push({ url, resolve, reject });
    if (waiting.length === 1) setTimeout(flush);
  });
}

function flush(): void {
  const all = waiting;
  waiting = [];
  for (let i = 0; i < all.length; i += MOST_AT_ONCE) void ask(all.slice(i, i + MOST_AT_ONCE));
}

async function ask(batch: Waiting[]): Promise<void> {
  const alone = (one: Waiting): void => void request(one.url).then(one.resolve, one.reject);
  // One question too: answers that come together carry the version of all data, one alone that of its own tables.
  if (!together) {
    batch.forEach(alone);
    return;
  }
  const name = (one: Waiting): string => one.url.slice(BASE.length);
  const query = new URLSearchParams(batch.map((one) => ['of', name(one)]));
  try {
    const { data } = (await send(`${BASE}views/sections?${query}`)) as { data: Record<string, unknown> | null };
    for (const one of batch) {
      try {
        one.resolve(rowsOf(data?.[name(one)], 200));
      } catch (error) {
        one.reject(error);
      }
    }
  } catch (error) {
    // A server that does not know the address answers each by itself.
    if (error instanceof ApiError && (error.status === 404 || error.code === 'bad_answer')) {
      together = false;
      batch.forEach(alone);
    } else batch.forEach((one) => one.reject(error));
  }
}

async function request(url: string): Promise<unknown> {
  return rowsOf(await send(url), 200);
}

async function send(url: string): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, { headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    const late = cause instanceof DOMException && cause.name === 'TimeoutError';
    throw new ApiError(
      late ? t('api.late') : t('api.unreachable'),
      0,
      'unreachable',
      late ? t('api.late_hint') : t('api.unreachable_hint'),
      null,
    );
  }
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    throw new ApiError(t('api.no_body', { status: response.status }), response.status, 'bad_answer', null, null);
  }
  if (!response.ok) throw errorOf(body, response.status);
  note(response, body);
  return body;
}

/** What the codes of a section's own error would have been as an answer's status. */
const STATUS: Record<string, number> = {
  not_found: 404,
  unknown_product: 404,
  unknown_category: 404,
  not_enough_data: 422,
  internal: 500,
  database_unavailable: 503,
  timeout: 503,
  overloaded: 503,
  not_migrated: 503,
  not_configured: 503,
};

export function errorOf(body: unknown, status: number | null): ApiError {
  const error = (body as { error?: Record<string, unknown> } | null)?.error ?? {};
  const text = (name: string): string | null => (typeof error[name] === 'string' ? (error[name] as string) : null);
  const code = text('code') ?? 'error';
  const known = status ?? STATUS[code] ?? 400;
  return new ApiError(
    text('message') ?? t('api.answered', { status: known }),
    known,
    code,
    text('hint'),
    text('request_id'),
    text('parameter'),
  );
}

function rowsOf(body: unknown, status: number): unknown {
  if (body && typeof body === 'object' && 'error' in body) throw errorOf(body, null);
  if (!Array.isArray((body as { data?: unknown } | null)?.data)) {
    throw new ApiError(t('api.no_rows'), status, 'bad_answer', null, null);
  }
  return body;
}

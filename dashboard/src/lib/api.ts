// SPDX-License-Identifier: PostgreSQL
// The JSON API: one fetch per address at a time, answers kept for a minute, errors in one shape.
import type { Answer, Catalog } from './types';
import { t } from './i18n';

const BASE = 'api/v1/';
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
  const answer = request(url);
  cache.set(url, { at: Date.now(), answer });
  answer.catch(() => {
    if (cache.get(url)?.answer === answer) cache.delete(url);
  });
  return answer;
}

async function request(url: string): Promise<unknown> {
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
  if (!response.ok) {
    const error = (body as { error?: Record<string, unknown> } | null)?.error ?? {};
    const text = (name: string): string | null => (typeof error[name] === 'string' ? (error[name] as string) : null);
    throw new ApiError(
      text('message') ?? t('api.answered', { status: response.status }),
      response.status,
      text('code') ?? 'error',
      text('hint'),
      text('request_id'),
    );
  }
  if (!Array.isArray((body as { data?: unknown }).data)) {
    throw new ApiError(t('api.no_rows'), response.status, 'bad_answer', null, null);
  }
  return body;
}

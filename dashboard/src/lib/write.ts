// SPDX-License-Identifier: PostgreSQL
// What the page writes: one request with the token, which is asked for when there is none or a wrong one.
//
//   await write('POST', 'margins', { product, unit_cost: 12.5 })   the answer's first row
//   null: the reader did not want to give a token; an ApiError says what was wrong with the values
import { askToken } from '../components/token-dialog';
import { address, ApiError, errorOf, type Parameters } from './api';
import { t } from './i18n';
import { keepToken, knownToken } from './token';

/** Dispatched on window after each write that changed something: what is on screen is asked for again. */
export const WRITTEN = 'data-written';
/** A file of many megabytes takes its time. */
const TIMEOUT_MS = 300_000;

export async function write(
  method: 'POST' | 'DELETE',
  route: string,
  parameters: Parameters = {},
  file: Blob | null = null,
): Promise<Record<string, unknown> | null> {
  let token = knownToken() ?? (await askToken());
  while (token !== null) {
    const response = await send(method, address(route, parameters), token, file);
    const body: unknown = await response.json().catch(() => null);
    if (response.ok) {
      keepToken(token);
      if (parameters['dry_run'] !== true) dispatchEvent(new Event(WRITTEN));
      return (body as { data?: Record<string, unknown>[] } | null)?.data?.[0] ?? {};
    }
    const error = errorOf(body, response.status);
    if (response.status !== 401 && response.status !== 429) throw error;
    keepToken(null);
    token = await askToken(error);
  }
  return null;
}

async function send(method: string, url: string, token: string, file: Blob | null): Promise<Response> {
  const headers = new Headers({ Accept: 'application/json' });
  headers.set('Authorization', `Bearer ${token}`);
  if (file) headers.set('Content-Type', 'application/octet-stream');
  try {
    return await fetch(url, { method, headers, body: file, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new ApiError(t('api.unreachable'), 0, 'unreachable', t('api.unreachable_hint'), null);
  }
}

// SPDX-License-Identifier: PostgreSQL
// What the server itself says, to hold the page against.
import { baseUrl } from './browser.mjs';

export async function api(route, parameters = {}) {
  const response = await fetch(`${baseUrl}/api/v1/${route}?${new URLSearchParams(parameters)}`);
  if (!response.ok) throw new Error(`${route}: ${response.status} ${await response.text()}`);
  return response.json();
}

export const catalog = () => api('catalog');

export async function csv(url) {
  const response = await fetch(url);
  return { type: response.headers.get('content-type') ?? '', lines: (await response.text()).split(/\r?\n/) };
}

export const text = (page, selector) => page.locator(selector).first().innerText();

/** The product that the tests open: the one with most revenue, whatever the shop sells. */
export async function bestProduct() {
  return (await api('top-sellers', { n: 1 })).data[0].product;
}

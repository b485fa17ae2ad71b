// SPDX-License-Identifier: PostgreSQL
// What a single panel shows (its span, sort, search, hidden lines) is in the address too, beside the page's filters:
//
//   parameter('trend.days')              the value, or null
//   setParameter('trend.days', '30')     replaces the address in place: Back leads to the view before, not to each click
//
// A parameter's name is panel.what. Links to other pages leave these parameters out, changed filters keep them.

function split(): { path: string; query: URLSearchParams } {
  const [path = '', query = ''] = location.hash.replace(/^#/, '').split('?', 2) as [string, string?];
  return { path: path || '/', query: new URLSearchParams(query) };
}

export function parameter(name: string): string | null {
  return split().query.get(name);
}

export function setParameter(name: string, value: string | null): void {
  const { path, query } = split();
  if (query.get(name) === value) return;
  if (value === null) query.delete(name);
  else query.set(name, value);
  const text = query.toString();
  history.replaceState(history.state, '', `#${path}${text ? `?${text}` : ''}`);
}

/** The parameters of panels in the address as it stands. */
export function panelParameters(): [string, string][] {
  return [...split().query].filter(([name]) => name.includes('.'));
}

/** A set of names as one parameter: percent-encoded, so that any name can be a member. */
export function parameterSet(name: string): Set<string> {
  const value = parameter(name);
  return new Set(value ? value.split('~').map(decode) : []);
}

export function setParameterSet(name: string, values: ReadonlySet<string>): void {
  const text = [...values].map((one) => encodeURIComponent(one).replaceAll('~', '%7E')).join('~');
  setParameter(name, values.size ? text : null);
}

/** A half-written escape stays as it stands: an address may be typed by hand. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// SPDX-License-Identifier: PostgreSQL
// The token that writing needs, for as long as the tab is open: it is typed once, and goes with the tab.

const STORE = 'performance_tracker.token';
let memory: string | null = null;

export function knownToken(): string | null {
  try {
    return sessionStorage.getItem(STORE) ?? memory;
  } catch {
    return memory; // storage may be forbidden: then the page remembers until it is left
  }
}

export function keepToken(token: string | null): void {
  memory = token;
  try {
    if (token === null) sessionStorage.removeItem(STORE);
    else sessionStorage.setItem(STORE, token);
  } catch {
    // see above
  }
}

// SPDX-License-Identifier: PostgreSQL
// Keeps an open page true: asks every few seconds, cheaply, which data the server has, and reloads when that is another
// than what is on screen. While the server or its database is away the figures stay, marked with their age, and it asks
// every second, so that the page is whole again within two.
//
//   const live = keepLive(() => page.reload()); body.append(live.element); live.start();
import { answersShown, BASE } from './api';
import { h } from './dom';
import * as format from './format';
import { t } from './i18n';

/** How often a page that is well asks, and one that is not. A little chance keeps two hundred pages apart. */
const CALM_MS = 4_000;
const EAGER_MS = 1_000;
const TIMEOUT_MS = 4_000;
/** An answer is old for a moment after every change, until the new one is made. That is not worth a word. */
const WORTH_SAYING_MS = 3_000;

export interface Live {
  element: HTMLElement;
  start(): void;
}

type State = 'fresh' | 'old' | 'lost';

export function keepLive(reload: () => void): Live {
  const element = h('p', { class: 'live-note', role: 'status' });
  element.hidden = true;
  let timer = 0;
  let since = 0;
  let state: State = 'fresh';

  function become(next: State): void {
    if (next !== 'fresh' && state === 'fresh') since = Date.now();
    state = next;
    const silent = state === 'fresh' || Date.now() - since < WORTH_SAYING_MS || answersShown.madeAt === null;
    if (silent !== element.hidden) element.hidden = silent;
    if (silent || answersShown.madeAt === null) return;
    const text = t(state === 'lost' ? 'live.lost' : 'live.old', {
      at: format.moment(new Date(answersShown.madeAt).toISOString()),
      age: ageOf(answersShown.madeAt),
    });
    if (element.textContent !== text) element.textContent = text;
  }

  async function look(): Promise<void> {
    const was = state;
    try {
      const response = await fetch(`${BASE}views/sections?of=catalog`, {
        headers: { Accept: 'application/json' },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) throw new Error(String(response.status));
      const old = response.headers.get('Data-Stale') === 'true';
      const version = response.headers.get('Data-Version');
      const other = version !== null && answersShown.version !== null && version !== answersShown.version;
      become(old ? 'old' : 'fresh');
      if (!old && (other || answersShown.stale || was !== 'fresh')) reload();
    } catch {
      become('lost');
    }
    next();
  }

  function next(): void {
    clearTimeout(timer);
    const wait = state === 'fresh' && !answersShown.stale ? CALM_MS * (0.8 + 0.4 * Math.random()) : EAGER_MS;
    timer = window.setTimeout(() => {
      // A page that nobody looks at asks again when somebody does.
      if (document.visibilityState === 'visible') void look();
    }, wait);
  }

  return {
    element,
    start() {
      document.addEventListener('visibilitychange', () => {
        if (document.visibilityState === 'visible') void look();
      });
      addEventListener('online', () => void look());
      timer = window.setTimeout(() => void look(), EAGER_MS);
    },
  };
}

function ageOf(at: number): string {
  const minutes = Math.floor((Date.now() - at) / 60_000);
  if (minutes < 1) return t('live.seconds');
  return minutes < 120 ? t('live.minutes', { n: minutes }) : t('live.hours', { n: Math.floor(minutes / 60) });
}

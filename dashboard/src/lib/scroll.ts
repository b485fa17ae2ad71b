// SPDX-License-Identifier: PostgreSQL
// Back and Forward come back to where the reader was. The browser cannot do it: the page is filled after its answers
// have arrived. Each entry of the history therefore keeps its height, and it is waited for that the page is long enough.
//
//   keepScroll(); … in a new view: if (!restoreScroll()) scrollTo(0, 0)

interface Kept {
  scroll?: number;
}

let wanted: number | null = null;
let timer = 0;

function keep(): void {
  history.replaceState({ ...(history.state as Kept | null), scroll: scrollY }, '');
}

export function keepScroll(): void {
  history.scrollRestoration = 'manual';
  addEventListener(
    'scroll',
    () => {
      clearTimeout(timer);
      timer = window.setTimeout(keep, 60);
    },
    { passive: true },
  );
  // A link is followed before the timer fires: what is kept belongs to the view that is left.
  addEventListener('click', () => timer && keep(), { capture: true });
  addEventListener('popstate', (event) => {
    clearTimeout(timer);
    timer = 0;
    wanted = (event.state as Kept | null)?.scroll ?? null;
  });
  wanted = (history.state as Kept | null)?.scroll ?? null;
}

/** True when this view was seen before: it returns to its height as soon as it is long enough. */
export function restoreScroll(): boolean {
  if (wanted === null) return false;
  const height = wanted;
  wanted = null;
  const end = performance.now() + 4000;
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  // The reader's own hand wins.
  for (const event of ['wheel', 'touchstart', 'keydown', 'pointerdown'])
    addEventListener(event, stop, { once: true, passive: true });
  const step = (): void => {
    if (stopped) return;
    const enough = document.documentElement.scrollHeight >= height + innerHeight;
    if (enough) scrollTo(0, height);
    const settled = enough && !document.querySelector('[aria-busy="true"]') && Math.abs(scrollY - height) < 2;
    if (!settled && performance.now() < end) requestAnimationFrame(step);
  };
  step();
  return true;
}

import { startX } from '../../infra/local/x/server.ts';
import { type Bench, scaled } from './bench.ts';
import { assertStored, dispatch, drained, onStack } from './support/load.ts';
import { PAGE_SIZE, pagesOf, parent } from './support/parents.ts';
import { rounded } from './support/statistics.ts';

const LIMIT = 300;
const PARENTS = 1000;
const PAGES_EACH = 3;

/** X's window is 900 s; the same factor shortens Pub/Sub's back-off (infra/terraform) and what a handler may take. */
const WINDOW_SECONDS = 20;
const FACTOR = 900 / WINDOW_SECONDS;
const LIMITS = { limit: LIMIT, windowMs: WINDOW_SECONDS * 1000 };
const BACKOFF = { minimumSeconds: 10 / FACTOR, maximumSeconds: 600 / FACTOR };
const SETTINGS = {
  X_CALLS_PER_WINDOW: String(LIMIT),
  X_WINDOW_SECONDS: String(WINDOW_SECONDS),
  HANDLER_DEADLINE_MS: String(Math.round(230_000 / FACTOR)),
};

export const window: Bench = {
  name: 'window',
  what: `${PARENTS * PAGES_EACH} pages at ${LIMIT} calls in a window of ${WINDOW_SECONDS} s`,
  run: async (context) => {
    const x = await startX({ limits: LIMITS });
    const settings = { ...SETTINGS, X_API_BASE_URL: x.url, X_BEARER_TOKEN: 'local-simulator' };
    try {
      return await onStack({ settings, backoff: BACKOFF }, async (on) => {
        await on.sim('limits', LIMITS);
        const count = scaled(context, PARENTS, 1);
        const parents = Array.from({ length: count }, (_, n) => parent(n, PAGES_EACH * PAGE_SIZE));
        context.say(`window: ${pagesOf(parents)} pages`);
        const observed = observeWindows(x.simulator);
        const runId = await dispatch(on, parents);
        await drained(on);
        const windows = observed.stop();
        await assertStored(on, runId, pagesOf(parents));
        return figuresOf(windows, x.simulator.calls, pagesOf(parents));
      });
    } finally {
      await x.close();
    }
  },
};

interface Used {
  calls: number;
  refused: number;
}

/** What was used of each window of `following`; the last look at one is long after its last call. */
function observeWindows({ windows, calls }: Awaited<ReturnType<typeof startX>>['simulator']) {
  const used = new Map<number, Used>();
  let refusedBefore = 0;
  let watched = 0;
  const look = () => {
    const current = windows.get('users/:id/following');
    if (!current) return;
    if (current.endMs !== watched) refusedBefore = totalRefused(used);
    watched = current.endMs;
    used.set(current.endMs, { calls: current.used, refused: calls.refused - refusedBefore });
  };
  const looking = setInterval(look, 50);
  return {
    stop() {
      clearInterval(looking);
      look();
      return [...used.values()];
    },
  };
}

const totalRefused = (used: Map<number, Used>) =>
  [...used.values()].reduce((sum, { refused }) => sum + refused, 0);

/** The last window is not full: there is nothing left to do in it. */
function figuresOf(windows: Used[], calls: { total: number; refused: number }, pages: number) {
  const full = windows.slice(0, Math.max(1, windows.length - 1)).map((window) => window.calls / LIMIT);
  return {
    utilisation: rounded(full.reduce((sum, share) => sum + share, 0) / full.length, 4),
    lowestUtilisation: rounded(Math.min(...full), 4),
    calls: calls.total - calls.refused,
    refused: calls.refused,
    mostRefusedPerWindow: Math.max(...windows.map(({ refused }) => refused)),
    windows: windows.length,
    idealWindows: Math.ceil(pages / LIMIT),
  };
}

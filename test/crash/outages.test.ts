import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PlainRow } from '../../infra/cli/target/rows.ts';
import { startX } from '../../infra/local/x/server.ts';
import { type LogLine, logLines } from '../support/log-lines.ts';
import { dispatchRun, runEnded, withMetadata } from '../support/runs.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { type Asked, type Fate, startUnrulyProxy, type UnrulyProxy } from '../support/unruly-proxy.ts';
import { until } from '../support/until.ts';

let x: Awaited<ReturnType<typeof startX>>;
let warehouse: UnrulyProxy;
let on: TestStack;

beforeAll(async () => {
  x = await startX({ limits: { limit: 10_000 } });
  on = await startTestStack({
    settings: {
      X_API_BASE_URL: x.url,
      X_BEARER_TOKEN: 'test',
      X_CALLS_PER_WINDOW: '10000',
      X_DEADLINE_MS: '2000',
      BIGQUERY_DEADLINE_MS: '1500',
    },
    async through(env) {
      warehouse = await startUnrulyProxy(env.BIGQUERY_EMULATOR_HOST ?? '');
      return { ...env, BIGQUERY_EMULATOR_HOST: warehouse.url };
    },
  });
});
afterAll(async () => {
  await on.stop();
  await warehouse.close();
  await x.close();
});
beforeEach(async () => {
  warehouse.decide = () => 'passes';
  await on.sim('reset-calls', {});
});

const publish = (runId: string, parents: unknown[]) => dispatchRun(on, runId, parents, { pageSize: 100 });

const PARENTS = 8;
const [FRIENDS, PAGES] = [250, 3 * PARENTS];
/** Two requests: of four parents each, one with metadata and one without, so that look-ups hold back no pages. */
async function dispatch(runId: string) {
  const names = Array.from({ length: PARENTS }, (_, number) => `parent_${number}_${FRIENDS}`);
  const given = names.slice(PARENTS / 2).map((username) => withMetadata(on, username));
  for (const parents of [await Promise.all(given), names.slice(0, PARENTS / 2)])
    await publish(runId, parents);
}

/** Every dispatch ends by itself, whole, with one row a page. Returns how often X has handed over a page. */
async function handedOverOnceEnded(runId: string): Promise<number> {
  const rows = await runEnded(on, runId, PARENTS);
  const whole: PlainRow = { state: 'complete', friends_listed: FRIENDS };
  expect(rows).toMatchObject(rows.map(() => whole));
  const stored = await on.select(`SELECT fetch_id FROM completed_scrapes WHERE run_id = '${runId}'`);
  expect(stored).toHaveLength(PAGES);
  return Object.values(x.simulator.calls.byParentPage).reduce((sum, times) => sum + times, 0);
}

const print = (what: string, counts: Record<string, number>) =>
  console.log(`${what}: ${JSON.stringify({ pages: PAGES, ...counts })}`);

test('X goes away (5xx, stalls, cut connections) and comes back: only pages whose answer was lost are bought again', async () => {
  const [pages, lookUps] = [{ endpoint: 'users/:id/following' }, { endpoint: 'users/by' }];
  await on.sim('faults', { ...pages, name: 'unavailable', times: 8 });
  await on.sim('faults', { ...pages, name: 'stall', times: 2 });
  await on.sim('faults', { ...pages, name: 'cut', times: 3 });
  await on.sim('faults', { ...lookUps, name: 'unavailable-text', times: 3 });
  await on.sim('faults', { ...lookUps, name: 'stall', times: 1 });
  await dispatch('x-away');
  const handedOver = await handedOverOnceEnded('x-away');
  expect(x.simulator.faults.map(({ struck }) => struck)).toEqual([8, 2, 3, 3, 1]);
  const unanswered = async (service: string) =>
    (await logLines(on, service)).filter(({ cause }) => cause === 'x-unreachable' || cause === 'unreadable');
  const answersLost = (await unanswered('getpage')).filter(({ message }) => !message?.includes('HTTP 503'));
  print('X away', { refused: 8, answersLost: answersLost.length, handedOver });
  expect(answersLost.length).toBeGreaterThanOrEqual(2 + 3);
  expect(handedOver).toBe(PAGES + answersLost.length);
  // Halved where they fail, and asked once more alone: four failures, and three answers for the four parents.
  expect(x.simulator.calls.byEndpoint['users/by']).toBe(3 + 1 + 3);
});

/** https://cloud.google.com/bigquery/docs/error-messages */
const answers = (status: number, reason: string) => ({
  status,
  body: { error: { code: status, message: reason, errors: [{ reason, message: reason, domain: 'global' }] } },
});
const TROUBLES: Record<string, Fate> = {
  unavailable: answers(503, 'backendError'),
  refused: answers(403, 'rateLimitExceeded'),
  stalls: 'stalls',
};
/** The insert ids of this run's pages that the request appends: those that are ready together share one. */
function pagesOf(runId: string, { path, json }: Asked): string[] {
  if (!path.endsWith('/tables/completed_scrapes/insertAll')) return [];
  const { rows } = json as { rows: { insertId: string; json: PlainRow }[] };
  return rows.filter((row) => row.json.run_id === runId).map(({ insertId }) => insertId);
}

describe('BigQuery goes away and comes back', () => {
  test('for everything: nothing is bought meanwhile, and afterwards each page once', async () => {
    let struck = 0;
    await dispatch('warehouse-away');
    for (const [name, fate] of Object.entries(TROUBLES)) {
      const enough = struck + 2;
      warehouse.decide = () => {
        struck++;
        return fate;
      };
      await until(`two requests met "${name}"`, async () => struck >= enough);
    }
    const boughtMeanwhile = x.simulator.calls.users;
    warehouse.decide = () => 'passes';
    const handedOver = await handedOverOnceEnded('warehouse-away');
    print('BigQuery away', { requestsFailed: struck, boughtMeanwhile, handedOver });
    expect([boughtMeanwhile, handedOver]).toEqual([0, PAGES]);
  });

  test('for pages only: their buying stops, and those in hand are stored without being bought again', async () => {
    const fates = Object.values(TROUBLES);
    let struck = 0;
    warehouse.decide = (asked) =>
      (pagesOf('pages-refused', asked).length > 0 && fates[struck++ % fates.length]) || 'passes';
    await dispatch('pages-refused');
    const logged = async (what: (line: LogLine) => unknown) =>
      (await logLines(on, 'getpage')).filter((line) => line.runId === 'pages-refused' && what(line)).length;
    await until(
      'the first page of each parent could not be stored, and later deliveries were turned away',
      async () => {
        const failed = await logged(({ message }) =>
          message?.includes('appending to completed_scrapes failed'),
        );
        return failed === PARENTS && (await logged(({ gate }) => gate === 'warehouse')) >= 3 * PARENTS;
      },
    );
    const inHand = Object.values(x.simulator.calls.byParentPage);
    expect(inHand).toEqual(Array(PARENTS).fill(1));
    warehouse.decide = () => 'passes';
    const handedOver = await handedOverOnceEnded('pages-refused');
    print('BigQuery takes no pages', { appendsFailed: struck, boughtMeanwhile: inHand.length, handedOver });
    expect(handedOver).toBe(PAGES);
  });

  test('answers get lost: what was stored all the same is neither bought nor shown twice', async () => {
    const lost = new Set<string>();
    warehouse.decide = (asked) => {
      const pages = pagesOf('answers-lost', asked);
      if (pages.every((page) => lost.has(page))) return 'passes';
      for (const page of pages) lost.add(page);
      return 'answer lost';
    };
    await dispatch('answers-lost');
    const handedOver = await handedOverOnceEnded('answers-lost');
    print('answers of BigQuery lost', { lost: lost.size, handedOver });
    expect(lost.size).toBe(PAGES);
    expect(handedOver).toBe(PAGES);
  });

  test('it refuses a page for its content: the row is stored without what was refused, and says so', async () => {
    const problem = { reason: 'invalid', location: 'friends[3].description', message: 'not UTF-8' };
    let refused = 0;
    warehouse.decide = (asked) => {
      if (pagesOf('reduced', asked).length === 0 || refused++ > 0) return 'passes';
      return { status: 200, body: { insertErrors: [{ index: 0, errors: [problem] }] } };
    };
    await publish('reduced', ['parent_9_3']);
    expect(await runEnded(on, 'reduced', 1)).toMatchObject([{ state: 'complete', friends_listed: 3 }]);
    const [row] = await on.select("SELECT problems, friends FROM completed_scrapes WHERE run_id = 'reduced'");
    expect(JSON.parse(String(row?.problems))).toEqual([
      { source: 'bigquery', title: 'row refused', detail: 'friends[3].description: not UTF-8' },
    ]);
    const friends = row?.friends as PlainRow[];
    for (const friend of friends)
      expect(friend).toMatchObject({
        id: expect.any(String),
        username: expect.any(String),
        description: null,
      });
    expect(Object.values(x.simulator.calls.byParentPage)).toEqual([1]);
    const alert = (await logLines(on, 'getpage')).find((line) => line.runId === 'reduced' && line.alert);
    expect(alert).toMatchObject({ severity: 'ERROR', message: 'page stored without what BigQuery refused' });
  });
});

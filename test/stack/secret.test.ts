import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LISTS_REQUEST, PEOPLE_REQUEST } from '../../infra/cli/rehearsal/demo-requests.ts';
import { SERVICES } from '../../infra/local/topology.ts';
import type { Fault } from '../../infra/local/x/faults.ts';
import { startX } from '../../infra/local/x/server.ts';
import { systemEnvironment } from '../../shared/config.ts';
import { DODO, dodoProcess } from '../cli/support/process.ts';
import { logLines } from '../support/log-lines.ts';
import { dispatchRun } from '../support/runs.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { filesIn, formsOf } from '../support/traces.ts';
import { startUnrulyProxy, type UnrulyProxy } from '../support/unruly-proxy.ts';
import { until } from '../support/until.ts';
import { type WatchedRun, watchedRun } from '../support/watched-run.ts';

const TOKEN = 'AAAAunmistakable0SECRET0bearer0token0of0X0ZZZZ';
/** Known to be in messages, rows, logs and output: whoever finds it everywhere would find the token. */
const JOB = 'looked-for-everywhere';
const PARENTS = [LISTS_REQUEST, PEOPLE_REQUEST].flatMap(({ parents }) =>
  parents.map(({ username }) => username),
);
/** Seconds on a machine that is idle; a busy one still tells the truth. */
const DEMO_MS = 300_000;
const FOLLOWING = 'users/:id/following';

let x: Awaited<ReturnType<typeof startX>>;
let tap: UnrulyProxy;
let data: string;
/** What every command has printed, on both streams. */
const printed: string[] = [];

const settings = () => ({
  X_API_BASE_URL: tap.url,
  X_BEARER_TOKEN: TOKEN,
  X_WINDOW_SECONDS: '3',
  X_DEADLINE_MS: '5000',
  HANDLER_DEADLINE_MS: '30000',
  LOG_LEVEL: 'debug',
});

beforeAll(async () => {
  x = await startX({ limits: { limit: 300, windowMs: 3000 } });
  tap = await startUnrulyProxy(x.url);
  data = await mkdtemp(join(tmpdir(), 'dodo-secret-'));
});
afterAll(async () => {
  await tap.close();
  await x.close();
  await rm(data, { recursive: true, force: true });
});

const strikeWith = (...faults: Fault[]) =>
  Promise.all(
    faults.map((fault) => fetch(`${x.url}/_sim/faults`, { method: 'POST', body: JSON.stringify(fault) })),
  );

describe('the token of X, over a demo of all parents that meets failures', () => {
  let ran: WatchedRun;
  beforeAll(async () => {
    await strikeWith(
      ...['rate-limited', 'stall', 'cut', 'unavailable-html', 'truncated', 'refused'].map((name, at) => ({
        ...{ name, endpoint: FOLLOWING, times: 1 },
        account: PARENTS.at(-1 - at) ?? '',
      })),
      { name: 'internal-error', endpoint: 'users/by', times: 1 },
    );
    const args = [DODO, 'demo', ...PARENTS, '--job', JOB, '--data', data, '--verbose'];
    ran = await watchedRun(args, { ...systemEnvironment(), ...settings() }, DEMO_MS);
    printed.push(ran.out);
  }, DEMO_MS);

  test('the demo went through, and every call to X carried the token', () => {
    expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('14 of 14 parents ended') });
    expect(x.simulator.faults.filter(({ struck }) => struck !== 1)).toEqual([]);
    expect(tap.authorizations.length).toBeGreaterThan(15);
    expect(new Set(tap.authorizations)).toEqual(new Set([`Bearer ${TOKEN}`]));
  });

  test.skipIf(!existsSync('/proc/self/environ'))(
    'no command line shows it; the functions have it from their environment, and the stand-ins not at all',
    () => {
      expect(ran.all.filter(({ commandLine }) => commandLine.includes(TOKEN))).toEqual([]);
      const having = (has: boolean) =>
        ran.mine.filter(({ environment }) => environment !== '' && environment.includes(TOKEN) === has);
      expect(having(true).filter(({ commandLine }) => /functions-framework/.test(commandLine))).toHaveLength(
        3,
      );
      const without = having(false).map(({ commandLine }) => commandLine);
      for (const name of ['pubsub', 'bigquery'])
        expect(without).toContainEqual(expect.stringContaining(join('infra', 'local', name, 'main.ts')));
    },
  );
});

describe('the token of X, where it is refused, and where X is away', () => {
  let on: TestStack;
  let rows: string;
  const logged = (service: string, what: RegExp) =>
    until(`${service} logs ${what}`, async () =>
      (await logLines(on, service)).some((line) => what.test(JSON.stringify(line))),
    );
  const dispatch = (runId: string, parent: { username: string; id?: string; friendsCount?: number }) =>
    dispatchRun(on, runId, [parent], {
      job: { name: JOB },
      grandparent: { username: 'city_observer', id: 'none' },
    });

  beforeAll(async () => {
    on = await startTestStack({ dir: data, settings: settings() });
    await tap.close();
    await dispatch('away', { username: 'the_herald' });
    await logged('pagedispatch', /network|ECONNREFUSED|unreachable/);
    await tap.open();
    await logged('getpage', /"runId":"away"/);
    x.simulator.faults.splice(0);
    await strikeWith({ name: 'unauthorized' });
    const truth = await fetch(`${x.url}/_sim/truth?username=city_observer`);
    const { id } = (await truth.json()) as { id: string };
    await on.bus.publish('getmetadata', {
      ...{ runId: 'no', dispatchId: 'no', dispatchedAt: new Date().toISOString(), job: { name: JOB } },
      ...{ role: 'vanished_friend', fields: ['id'], reason: 'test', id },
    });
    await on.bus.publish('pagedispatch', { job: JOB, token: 'no' });
    await dispatch('refused page', { username: 'city_observer', id, friendsCount: 40 });
    await dispatch('refused', { username: 'lists_more' });
    for (const service of SERVICES) await logged(service, /credentials-refused/);
    for (const args of [['status'], ['status', 'refused', '--verbose'], ['rejected', '--verbose']])
      printed.push(...Object.values(await dodoProcess(args, { data, env: settings() })).map(String));
    const mistaken = { ...settings(), PAGE_SIZE: 'many' };
    printed.push((await dodoProcess(['demo', 'city_observer', '--verbose'], { data, env: mistaken })).err);
    rows = await allRows(on);
  }, DEMO_MS);
  afterAll(() => on.stop(true));

  test('was sent all the same', () => {
    expect(new Set(tap.authorizations)).toEqual(new Set([`Bearer ${TOKEN}`]));
    expect(x.simulator.faults).toMatchObject([
      { name: 'unauthorized', struck: expect.toSatisfy((n) => n >= 3) },
    ]);
  });

  test('is in no row of the warehouse, whatever DuckDB makes of it in its file', () => {
    expect(rows).toContain(JOB);
    expect(rows).not.toContain(TOKEN);
  });

  test('is in no log and in no other file of the folder, and nothing has printed it', async () => {
    const whileUp = await filesIn(data);
    await on.stop(true);
    const files = [...whileUp, ...(await filesIn(data))];
    const holding = (what: string) => {
      const forms = formsOf(what);
      return files
        .filter(({ content }) => forms.some((form) => content.includes(form)))
        .map(({ name }) => name);
    };
    expect(holding(JOB)).toEqual(expect.arrayContaining(['pubsub.sqlite', 'warehouse.duckdb']));
    expect(holding('theo_vandijk')).toContain('report.html');
    expect(holding(tap.url)).toContain('stack.json');
    expect(holding('credentials-refused')).toEqual(
      expect.arrayContaining(SERVICES.map((service) => `${service}.log`)),
    );
    expect(holding(TOKEN)).toEqual([]);
    for (const known of [JOB, 'PAGE_SIZE', '    at ']) expect(printed.join('\n')).toContain(known);
    for (const form of formsOf(TOKEN)) expect(printed.join('\n')).not.toContain(form);
  });
});

async function allRows(on: TestStack): Promise<string> {
  const [tables] = await on.bigquery.dataset(on.stack.config.BIGQUERY_DATASET).getTables();
  const stored = tables.filter(({ metadata }) => metadata.type === 'TABLE');
  expect(stored.length).toBeGreaterThanOrEqual(5);
  return JSON.stringify(await Promise.all(stored.map(({ id }) => on.select(`SELECT * FROM ${id}`))));
}

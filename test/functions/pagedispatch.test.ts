import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Broker } from '../../infra/local/pubsub/broker.ts';
import { refusal } from '../../infra/local/pubsub/requests.ts';
import { RetryLater } from '../../shared/errors.ts';
import type { PageRequest } from '../../shared/messages/page-request.ts';
import { DAY_MS } from '../../shared/times.ts';
import type { DispatchRow } from '../../shared/warehouse/dispatches.ts';
import { type InProcess, startInProcess } from './in-process.ts';

let on: InProcess;
beforeAll(async () => {
  on = await startInProcess();
});
afterAll(() => on.close());

const given = (number: number) => ({ username: `parent_${number}_10`, id: `${number}`, friendsCount: 10 });
const chunk = (runId: string, parents: unknown[], more = {}) => ({
  ...{ job: { name: 'plans' }, runId, dispatchedAt: '2026-01-15T08:00:00Z', parents },
  ...{ chunk: { index: 0, of: 1 }, messageId: runId, ...more },
});
const long = (number: number) => ({ username: `parent_${number}_250`, id: `${number}`, friendsCount: 250 });
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const rowsOf = (runId: string) =>
  on.select(`SELECT * FROM dispatches WHERE run_id = '${runId}' ORDER BY planned_at`);

/** BigQuery as it is, but for what it refuses: jobs with a row that is `odd`. */
const refusing = (odd: (row: DispatchRow) => boolean) =>
  on.instance('pagedispatch', {}, ({ dispatches }) => ({
    dispatches: {
      ...dispatches,
      insert: async (rows, id, counted) =>
        rows.some(odd)
          ? { how: 'refused', reasons: ['Invalid value'] }
          : dispatches.insert(rows, id, counted),
    },
  }));

test('a plan that BigQuery refuses is recorded without what the request gave at will, and published; others keep it', async () => {
  const parents = [1, 2, 3, 4, 5].map(given);
  const isOdd = (row: DispatchRow) => row.parent_id === '2' && row.grandparent !== null;
  const grandparent = { id: '9', username: 'grandma' };
  await refusing(isOdd)(chunk('reduced', parents, { grandparent }));
  const rows = (await rowsOf('reduced')).sort((a, b) => Number(a.parent_id) - Number(b.parent_id));
  expect(rows.map((row) => [row.parent_id, row.status, row.grandparent_id])).toEqual(
    ['1', '2', '3', '4', '5'].map((id) => [id, 'dispatched', id === '2' ? null : '9']),
  );
  expect(on.pages()).toHaveLength(5);
});

test('a plan that BigQuery refuses altogether ends in rejected_messages, and stops no other parent', async () => {
  const plan = refusing((row) => row.parent_id === '1');
  expect(await plan(chunk('refused', [given(1), given(2)]))).toBe('planned');
  expect(on.pages().map(({ parent }) => parent.id)).toEqual(['2']);
  const [rejected] = await on.select("SELECT errors FROM rejected_messages WHERE message_id = 'refused'");
  expect(rejected?.errors).toEqual(['parent parent_1_10: BigQuery refuses its plan: Invalid value']);
});

test('all chunks carry one ordering key, so that Pub/Sub has one of them outstanding', async () => {
  const keys: unknown[] = [];
  const split = on.instance('pagedispatch', {}, ({ bus }) => ({
    bus: {
      ...bus,
      publish: async (_topic, _message, options) => {
        keys.push(options?.orderingKey);
        return 'published';
      },
    },
  }));
  const parents = Array.from({ length: 250 }, (_, number) => `parent_${number}`);
  for (const messageId of ['one run', 'another'])
    expect(await split({ job: { name: 'plans' }, parents, messageId })).toBe('split');
  expect(keys).toEqual(Array(6).fill('plan'));
});

test('two publishes of one tick of Cloud Scheduler are one run, dispatched at the tick itself', async () => {
  on.requests();
  const split = on.instance('pagedispatch');
  const tick = {
    job: { name: 'nightly' },
    parents: ['parent_1_10'],
    attributes: { origin: 'cloud-scheduler' },
  };
  for (const publishTime of ['2026-01-15T05:59:58.9Z', '2026-01-15T06:00:41Z'])
    expect(await split({ ...tick, messageId: publishTime, publishTime })).toBe('split');
  const runs = on.requests().map(({ runId, dispatchedAt }) => ({ runId, dispatchedAt }));
  expect(runs).toEqual([runs[0], { ...runs[0], dispatchedAt: '2026-01-15T06:00:00.000Z' }]);
});

describe('the parents of a run are recorded before any of them is planned (R29)', () => {
  const asked = { job: { name: 'sized' }, runId: 'sized', dispatchedAt: '2026-01-15T08:00:00Z' };
  const recorded = async (runId: string) =>
    (await on.select(`SELECT * FROM requested_dispatches WHERE run_id = '${runId}'`)).length;

  test('each once: by a message that comes again, by another of the same run, and by one published again', async () => {
    const split = on.instance('pagedispatch');
    const names = Array.from({ length: 150 }, (_, number) => `parent_${number}_10`);
    for (const messageId of ['first', 'first']) await split({ ...asked, parents: names, messageId });
    expect(await recorded('sized')).toBe(150);
    await split({
      ...asked,
      parents: ['Parent_3_10', 'parent_150_10', 'parent_151_10'],
      messageId: 'second',
    });
    await split({ ...asked, parents: names.slice(0, 20), messageId: 'again' });
    expect(await recorded('sized')).toBe(152);
    const [row] = await on.select(
      "SELECT job, message_id, COUNT(*) AS parents FROM requested_dispatches WHERE run_id = 'sized' GROUP BY job, message_id ORDER BY parents",
    );
    expect(row).toEqual({ job: 'sized', message_id: 'second', parents: 2 });
  });

  test('also of a run that Cloud Scheduler asks for, and whatever becomes of the chunks', async () => {
    const split = on.instance('pagedispatch', {}, ({ bus }) => ({
      bus: { ...bus, publish: () => Promise.reject(new RetryLater('Pub/Sub is away')) },
    }));
    const tick = { job: { name: 'hourly' }, parents: ['parent_1_10'], messageId: 'tick' };
    await expect(split({ ...tick, attributes: { origin: 'cloud-scheduler' } })).rejects.toThrow('away');
    expect(await on.select("SELECT 1 FROM requested_dispatches WHERE job = 'hourly'")).toHaveLength(1);
  });

  test('and where BigQuery takes them not, somebody is told, and the run goes on', async () => {
    const said: object[] = [];
    const split = on.instance('pagedispatch', {}, ({ log }) => ({
      log: { ...log, error: (fields) => said.push(fields) },
      requested: { insert: async () => ({ how: 'refused', reasons: ['Invalid value'] }) },
    }));
    expect(await split({ ...asked, runId: 'odd', parents: ['parent_1_10'], messageId: 'odd' })).toBe('split');
    expect(await recorded('odd')).toBe(0);
    expect(said).toEqual([{ runId: 'odd', alert: true }]);
  });
});

test('pages never wait for the request for metadata of the grandparent', async () => {
  const plan = on.instance('pagedispatch', {}, ({ bus }) => ({
    bus: {
      ...bus,
      publish: async (topic, ...message) => {
        if (topic === 'getmetadata') throw new RetryLater('publishing to getmetadata failed');
        return bus.publish(topic, ...message);
      },
    },
  }));
  const grandparent = { username: 'grandma', id: 'no id' };
  await expect(plan(chunk('grandparent', [given(1)], { grandparent }))).rejects.toThrow('getmetadata failed');
  expect(on.pages()).toHaveLength(1);
});

test('long metadata travels with no page, neither at first nor when pages are published again', async () => {
  const parent = { ...given(1), note: 'x'.repeat(3000) };
  for (const messageId of ['first', 'again'])
    await on.instance('pagedispatch', {})(chunk('long', [parent], { messageId }));
  expect(on.pages().map(({ parent: { note } }) => note)).toEqual([undefined, undefined]);
});

test('a message that comes again on a later day is neither counted again nor refused', async () => {
  await on.instance('pagedispatch', {})(chunk('late', [given(1)]));
  on.clock.pass(DAY_MS);
  const poor = on.instance('pagedispatch', { DAILY_BUDGET_USD: '0' });
  await poor(chunk('late', [given(1)]));
  expect(on.pages()).toHaveLength(2);
  expect(await rowsOf('late')).toHaveLength(1);
  await poor(chunk('late', [given(1)], { messageId: 'another' }));
  expect(on.pages()).toEqual([]);
  expect((await rowsOf('late'))[1]).toMatchObject({ status: 'over_budget', republished: true });
});

test('a plan that is recorded in many parts is in one delivery: each counts those before it', async () => {
  const parents = Array.from({ length: 24 }, (_, index) => given(index + 1));
  const isOdd = (row: DispatchRow) => Number(row.parent_id) % 2 === 1 && row.grandparent !== null;
  const grandparent = { id: '9', username: 'grandma' };
  await expect(refusing(isOdd)(chunk('parts', parents, { grandparent }))).resolves.toBe('planned');
  expect(on.pages()).toHaveLength(24);
  expect(await rowsOf('parts')).toHaveLength(24);
});

describe('what is not done in time is left to the next delivery', () => {
  test('before anything is recorded, where others were planned first', async () => {
    const plan = on.instance('pagedispatch', { HANDLER_DEADLINE_MS: '1000' }, ({ dispatches }) => ({
      dispatches: {
        ...dispatches,
        committed: (...question) => {
          on.clock.pass(2000);
          return dispatches.committed(...question);
        },
      },
    }));
    await expect(plan(chunk('slow', [given(1)]))).rejects.toThrow(RetryLater);
    expect(await rowsOf('slow')).toEqual([]);
  });

  test('between two hundreds of pages, where Pub/Sub is slow', async () => {
    const plan = on.instance('pagedispatch', {}, ({ bus }) => ({
      bus: {
        ...bus,
        publishInOrder: (...messages) => {
          on.clock.pass(600_000);
          return bus.publishInOrder(...messages);
        },
      },
    }));
    await expect(plan(chunk('slow bus', [long(1)], { pageSize: 1 }))).rejects.toThrow(RetryLater);
    expect(on.pages().map(({ pageNumber }) => pageNumber)).toEqual(upTo(100));
  });
});

describe('the pages of a parent', () => {
  const ofParent = (id: string, pages: PageRequest[]) =>
    pages.filter(({ parent }) => parent.id === id).map(({ pageNumber }) => pageNumber);

  test('behind some that Pub/Sub has not taken are not published; those of others are, and all when it comes again', async () => {
    const parents = [long(1), long(2)];
    const publish = Broker.prototype.publish;
    let ofFirst = 0;
    vi.spyOn(Broker.prototype, 'publish').mockImplementation(function (this: Broker, request) {
      const { parent } = JSON.parse(Buffer.from(request.messages?.[0]?.data ?? []).toString()) as PageRequest;
      if (parent.id === '1' && ++ofFirst === 2) throw refusal('PERMISSION_DENIED', 'Not now.');
      return publish.call(this, request);
    });
    onTestFinished(() => void vi.restoreAllMocks());
    const plan = on.instance('pagedispatch');
    const asked = chunk('together', parents, { pageSize: 1 });
    await expect(plan(asked)).rejects.toThrow('publishing to getpage failed');
    const before = on.pages();
    expect(ofParent('1', before)).toEqual(upTo(100));
    expect(ofParent('2', before)).toEqual(upTo(250));
    expect(await plan(asked)).toBe('planned');
    expect(ofParent('1', on.pages())).toEqual(upTo(250));
  });
});

test('where partitions expire, a request whose pages could outlive what is stored of them is refused (R23)', async () => {
  const plan = on.instance('pagedispatch', { PARTITION_EXPIRATION_DAYS: '62' });
  const daysAgo = (days: number) => new Date(Date.UTC(2026, 0, 15) - days * DAY_MS).toISOString();
  expect(await plan(chunk('young', [given(1)], { dispatchedAt: daysAgo(28) }))).toBe('planned');
  expect(on.pages()).toHaveLength(1);
  expect(await plan(chunk('old', [given(1)], { dispatchedAt: daysAgo(31) }))).toBe('rejected');
  expect(on.pages()).toEqual([]);
  const [rejected] = await on.select("SELECT errors FROM rejected_messages WHERE message_id = 'old'");
  expect(rejected?.errors).toEqual([
    expect.stringMatching(
      /more than 30 days ago, and its history is dropped after 62 days: dispatch it anew/,
    ),
  ]);
  // Where history is kept, nothing is too old but what nobody can mean.
  expect(await on.instance('pagedispatch')(chunk('kept', [given(1)], { dispatchedAt: daysAgo(300) }))).toBe(
    'planned',
  );
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { KnownParents, ObservedParents } from '../../functions/pagedispatch/known-parents.ts';
import type { Observed } from '../../functions/pagedispatch/look-up-parents.ts';
import type { Wiring } from '../../functions/wiring.ts';
import { type Fault, stand } from '../../infra/local/x/faults.ts';
import { accountOf } from '../../infra/local/x/world.ts';
import { RetryLater } from '../../shared/errors.ts';
import { HOUR_MS } from '../../shared/times.ts';
import { type InProcess, startInProcess } from './in-process.ts';

let on: InProcess;
beforeAll(async () => {
  on = await startInProcess([
    { username: 'renamed', friends: 9 },
    { username: 'of_2006', friends: 9 },
    { username: 'shy', friends: 9, status: 'protected' },
  ]);
});
afterAll(() => on.close());
beforeEach(() => {
  on.pages();
  on.simulator.faults.splice(0);
});

const fault = (fault: Fault) => void on.simulator.faults.push(stand(fault, on.clock.now()));
const idOf = (username: string) => accountOf(on.simulator.world, 'username', username)?.id ?? '';
const request = (runId: string, parents: unknown[], more: object = {}) => ({
  ...{ job: { name: 'look-ups' }, runId, dispatchedAt: '2026-01-15T08:00:00Z', parents },
  ...{ chunk: { index: 0, of: 1 }, messageId: runId, ...more },
});
const statusOf = async (runId: string) => {
  const rows = await on.select(
    `SELECT parent_username, status FROM dispatches WHERE run_id = '${runId}' ORDER BY planned_at, parent_username`,
  );
  return rows.map(({ parent_username, status }) => `${parent_username} ${status}`);
};
const reasonsOf = async (runId: string) => {
  const rows = await on.select(
    `SELECT reason FROM dispatches WHERE run_id = '${runId}' AND reason IS NOT NULL ORDER BY planned_at`,
  );
  return rows.map(({ reason }) => reason);
};
const paged = () => on.pages().map(({ parent }) => parent.username);
/** How often X is asked, and for how many accounts that it charges for. */
async function asked(work: () => Promise<unknown>) {
  const { total, users } = on.simulator.calls;
  const result = await work().catch((error) => error);
  return { result, calls: on.simulator.calls.total - total, users: on.simulator.calls.users - users };
}
const names = (count: number) => Array.from({ length: count }, (_, number) => `parent_${number}_10`);

describe('a parent that X does not answer', () => {
  test('is recorded in the words of X, and all others are planned', async () => {
    fault({ name: 'unavailable', account: 'parent_42_10' });
    const plan = on.instance('pagedispatch');
    const first = await asked(() => plan(request('poisoned', names(100))));
    expect(first).toMatchObject({ result: 'planned', users: 99 });
    expect(paged()).toHaveLength(99);
    expect((await statusOf('poisoned')).filter((row) => !row.endsWith(' dispatched'))).toEqual([
      'parent_42_10 unknown',
    ]);
    expect(await reasonsOf('poisoned')).toEqual(['No answer: HTTP 503: Service Unavailable']);
  });

  test('is not asked for again for the same message, and is for another', async () => {
    const plan = on.instance('pagedispatch');
    expect(await asked(() => plan(request('poisoned', names(100))))).toMatchObject({ calls: 0 });
    on.pages();
    expect(await asked(() => plan(request('poisoned', names(100), { messageId: 'other' })))).toMatchObject({
      ...{ calls: 1, users: 1 },
    });
    expect((await statusOf('poisoned')).at(-1)).toBe('parent_42_10 dispatched');
  });

  test('waits while X answers nobody, for an hour: then it holds up nothing any more', async () => {
    fault({ name: 'unavailable' });
    const plan = on.instance('pagedispatch');
    const publishTime = new Date(on.clock.now()).toISOString();
    const away = request('away', ['parent_1_10'], { publishTime });
    expect((await asked(() => plan(away))).result).toMatchObject({ fields: { cause: 'x-unreachable' } });
    expect(await statusOf('away')).toEqual([]);
    on.clock.pass(HOUR_MS);
    expect((await asked(() => plan(away))).result).toBe('planned');
    expect(await statusOf('away')).toEqual(['parent_1_10 unknown']);
  });

  test('of a message that is old, of many that X does not answer: one is given up at a time, the others wait', async () => {
    fault({ name: 'unavailable' });
    const publishTime = new Date(on.clock.now() - 2 * HOUR_MS).toISOString();
    const plan = on.instance('pagedispatch');
    const old = await asked(() => plan(request('old', names(100), { publishTime })));
    expect(old.result).toBeInstanceOf(RetryLater);
    expect(old.calls).toBeLessThanOrEqual(10);
    expect((await statusOf('old')).every((row) => row.endsWith('unknown'))).toBe(true);
    on.simulator.faults.splice(0);
    expect((await asked(() => plan(request('old', names(100), { publishTime })))).result).toBe('planned');
    expect(await statusOf('old')).toHaveLength(100);
  });

  test('what X has answered is recorded and published before the rest waits, and paid for once', async () => {
    // The second call finds the credits used up.
    fault({ name: 'credits-depleted', endpoint: 'users/by' });
    const id = idOf('renamed');
    const plan = on.instance('pagedispatch');
    const parents = ['parent_1_10', { username: 'renamed', id }];
    const first = await asked(() => plan(request('half', parents)));
    expect(first).toMatchObject({ result: { fields: { cause: 'credits-exhausted' } }, users: 1 });
    expect(await statusOf('half')).toEqual(['renamed dispatched']);
    expect(paged()).toEqual(['renamed']);
    on.simulator.faults.splice(0);
    on.clock.pass(HOUR_MS);
    expect(await asked(() => plan(request('half', parents)))).toMatchObject({ result: 'planned', users: 1 });
    expect(await statusOf('half')).toEqual(['renamed dispatched', 'parent_1_10 dispatched']);
  });
});

test('a parent of whom X names no number of friends is no parent without friends: nothing is bought', async () => {
  const countless = (wiring: Wiring) => ({
    x: {
      ...wiring.x,
      lookup: async (...question: Parameters<Wiring['x']['lookup']>) => {
        const exchange = await wiring.x.lookup(...question);
        if (exchange.answer.kind === 'looked-up')
          for (const { account } of exchange.answer.observations) delete account?.following_count;
        return exchange;
      },
    },
  });
  await on.instance('pagedispatch', {}, countless)(request('no count', ['parent_1_10']));
  expect(await statusOf('no count')).toEqual(['parent_1_10 unknown']);
  expect(await reasonsOf('no count')).toEqual(['X says nothing of how many friends parent_1_10 has']);
  expect(paged()).toEqual([]);
  await on.instance('pagedispatch')(request('no count', ['parent_1_10'], { messageId: 'again' }));
  expect(paged()).toEqual(['parent_1_10']);
});

test('what X has said to a message is kept, however many others come meanwhile to which it says nothing', () => {
  const messages = new ObservedParents(on.clock);
  const knownTo = (messageId: string) => new KnownParents(messages, messageId, 'run');
  const said = { kind: 'observed', lookupUsd: 0.01 } as Observed;
  knownTo('asked').set('parent', said);
  for (let each = 0; each < 1000; each++)
    knownTo(`${each}`).set('parent', { kind: 'given', id: '1', friendsCount: 1 });
  expect(knownTo('asked').get('parent')).toBe(said);
  expect(messages.spent('run', 'other')).toEqual({ dayUsd: 0.01, runUsd: 0.01 });
});

test('what a plan commits of which nobody knows what became leaves no room to others until it is known', () => {
  const messages = new ObservedParents(on.clock);
  messages.doubt('unknown', 'run', 0.1);
  expect(messages.spent('run', 'other')).toEqual({ dayUsd: 0.1, runUsd: 0.1 });
  expect(messages.spent('another', 'other')).toEqual({ dayUsd: 0.1, runUsd: 0 });
  expect(messages.spent('run', 'unknown')).toEqual({ dayUsd: 0, runUsd: 0 });
  messages.certain('unknown');
  expect(messages.spent('run', 'other')).toEqual({ dayUsd: 0, runUsd: 0 });
});

describe('one account under two names', () => {
  const old = () => ({ username: 'old_name', id: idOf('renamed'), friendsCount: 9 });

  test('is planned once, by the id that the request gives', async () => {
    await on.instance('pagedispatch')(request('ids', [old(), { ...old(), username: 'renamed' }]));
    expect(await statusOf('ids')).toEqual(['old_name dispatched', 'renamed duplicate']);
    const id = idOf('renamed');
    expect(await reasonsOf('ids')).toEqual([`the same account as old_name (id ${id}) of this run`]);
    expect(paged()).toEqual(['old_name']);
  });

  test('is planned once where only the look-up shows it, also across chunks, and stays so', async () => {
    const plan = on.instance('pagedispatch');
    await plan(request('shown', [old()], { chunk: { index: 0, of: 2 } }));
    const second = request('shown', ['renamed'], { chunk: { index: 1, of: 2 }, messageId: 'second' });
    await plan(second);
    expect(await statusOf('shown')).toEqual(['old_name dispatched', 'renamed duplicate']);
    expect(paged()).toEqual(['old_name']);
    expect(await asked(() => plan({ ...second, messageId: 'again' }))).toMatchObject({ calls: 0 });
    expect(await statusOf('shown')).toHaveLength(2);
  });

  test('is looked up once', async () => {
    const { friendsCount: _, ...unknown } = old();
    const parents = [unknown, { ...unknown, username: 'renamed' }];
    const plan = on.instance('pagedispatch');
    expect(await asked(() => plan(request('once', parents)))).toMatchObject({ users: 1 });
  });

  test('is looked up once, also where its list cannot be read', async () => {
    const [one, other] = [
      { username: 'was_shy', id: idOf('shy') },
      { username: 'shy', id: idOf('shy') },
    ];
    const plan = on.instance('pagedispatch');
    expect(await asked(() => plan(request('shy', [one])))).toMatchObject({ users: 1 });
    expect(await asked(() => plan(request('shy', [one, other])))).toMatchObject({ users: 0 });
    expect(await statusOf('shy')).toEqual(['was_shy protected', 'shy duplicate']);
  });
});

describe('an account of the first years, whose name is longer than X can be asked by', () => {
  const long = 'abcdefghijklmnopq';

  test('is looked up, and paged, by its id', async () => {
    const id = idOf('of_2006');
    await on.instance('pagedispatch')(request('long', [{ username: long, id }]));
    expect(on.pages()).toMatchObject([{ parent: { username: long, id, friendsCount: 9 } }]);
    const [seen] = await on.select("SELECT requested_id FROM account_metadata WHERE run_id = 'long'");
    expect(seen).toEqual({ requested_id: id });
  });

  test('is refused in true words where nobody says its id', async () => {
    expect(await on.instance('pagedispatch')(request('nameless', [long]))).toBe('rejected');
    const [row] = await on.select("SELECT errors FROM rejected_messages WHERE message_id = 'nameless'");
    expect(row?.errors).toEqual([
      `parents/0: ${long} has more than the 15 characters of a name that X can be asked by: give the id of the account as well`,
    ]);
  });
});

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { dispatchIdOf } from '../../../shared/ids.ts';
import { logLines } from '../../support/log-lines.ts';
import { startTestStack } from '../../support/stack.ts';
import { until } from '../../support/until.ts';
import { DAY, minutesAgo, observation, page, plan, type Row } from '../../views/rows.ts';
import { dodo, dodoJson } from '../support/dodo.ts';
import { fallenList, history, insertRows } from '../support/history.ts';
import { emptyDir } from '../support/process.ts';

const CAPPED = dispatchIdOf('capped', 'parent6');
const DISPATCH = dispatchIdOf('halved', 'parent5');

/**
 * Beside lists that bob has left, a run of parent5 with 2 friends a page, of which page 2 is missing; a list whose
 * friends are withheld, and of whom nobody is asked; and a rejected message.
 */
function rows() {
  const { dispatches, completed_scrapes, ...more } = history();
  const halved = { dispatch: DISPATCH, run: 'halved', parent: '5', ago: DAY };
  const firstPage = { ...halved, fetch: 'f1', friends: ['10', '11'], more: true, at: DAY - 5 };
  const capped = { dispatch: CAPPED, run: 'capped', parent: '6', ago: DAY };
  const overBudget = { status: 'over_budget', friends_count: 4, max_cost_usd: 0.03, lookup_cost_usd: 0.01 };
  // Nobody who was looked up, or listed, has a plan that knew the account.
  const unasked = (name: string) =>
    plan(
      { dispatch: `${name} unasked`, run: `${name} unasked`, ago: DAY },
      { ...overBudget, parent_id: null, parent_username: name, friends_count: null, max_cost_usd: 9 },
    );
  const payload = '{"job":{"name":"j"},"parents":["a","b"]}';
  const message = { topic: 'pagedispatch', message_id: '5', payload, payload_bytes: payload.length };
  return {
    ...more,
    account_metadata: lookedUp(), // nobody has asked about those that vanished
    dispatches: [
      ...[...dispatches, plan(halved), plan(capped, overBudget)],
      ...[unasked('Looked'), unasked('nobody_knows')],
      plan({ dispatch: 'shut', parent: '93', ago: 9 * DAY }, { parent_username: 'shut', friends_count: 50 }),
      plan(
        { dispatch: 'replanned', parent: '94', ago: 2 * DAY },
        { parent_username: 'replanned', friends_count: 60 },
      ),
    ],
    completed_scrapes: [
      ...[...completed_scrapes, page(firstPage), ...fallenList('9').completed_scrapes],
      ...[listing(20), listing(3)],
    ],
    rejected_messages: [{ ...message, errors: ['an old reason'], received_at: minutesAgo(5) }],
  };
}

/** Of one X said that it follows 40, a week ago, and 99 long ago; another was suspended after its plan, and one protected before it. */
function lookedUp(): Row[] {
  const of = (id: string, username: string, daysAgo: number) => ({
    ...{ dispatch: `look-up ${daysAgo}`, role: 'grandparent', id, username, at: daysAgo * DAY },
  });
  return [
    observation(of('90', 'Looked', 200), { following_count: 99 }),
    observation(of('90', 'Looked', 7), { following_count: 40 }),
    observation(of('93', 'shut', 8), { status: 'suspended', following_count: null }),
    observation(of('94', 'replanned', 8), { status: 'protected', following_count: 7 }),
  ];
}

/** Two who stand in somebody's list of friends; how many friends they have themselves is known of one. */
function listing(daysAgo: number): Row {
  const of = { dispatch: `listing ${daysAgo}`, parent: '20', ago: daysAgo * DAY, at: daysAgo * DAY };
  const friends = [
    { position: 1, id: '91', username: 'Listed', following_count: daysAgo === 3 ? 12 : 90 },
    { position: 2, id: '92', username: 'uncounted', following_count: null },
  ];
  return { ...page({ ...of, fetch: 'one' }), friends };
}

const dayOf = (daysAgo: number) => minutesAgo(daysAgo * DAY).slice(0, 10);
/** A plan is made a minute after its run was dispatched. */
const planned = (daysAgo: number) => minutesAgo(daysAgo * DAY - 1).slice(0, 10);

/** Messages to be published by hand: by the name of their file. */
const MESSAGES = {
  new: { job: { name: 'j' }, parents: ['alice', { username: 'parent1' }], maxCostUsd: 3 },
  known: { job: { name: 'j' }, parents: ['parent1'] },
  check: { job: { name: 'j' }, parents: ['parent2'], mode: 'check', keyframeDays: 366 },
};

/** A stack whose X would be the real one. Nothing here may ask it for anything. */
const settings = { X_API_BASE_URL: 'https://api.x.com', X_BEARER_TOKEN: 'unused' };
const on = await startTestStack({ settings });
await insertRows(on.bigquery, on.stack.config.BIGQUERY_DATASET, rows());
const files = await emptyDir();
for (const [name, message] of Object.entries(MESSAGES))
  await writeFile(join(files, name), JSON.stringify(message));
for (const name of ['halved', 'capped']) {
  const { out } = await dodo(['republish', name, '--print'], { data: on.dir });
  await writeFile(join(files, name), out);
}
afterAll(async () => {
  await on.stop();
  await rm(files, { recursive: true, force: true });
});

test.each([
  // Nobody was ever seen of that name: X may find none, and charge for none.
  ['dispatch alice', 'This costs $0.01, and 1 list of unknown length.'],
  [
    'dispatch alice parent1 --max-cost 3',
    'This costs $0.06, and 1 list of unknown length, and never more than $3.00.',
  ],
  ['dispatch looked', 'This costs $0.41, at most $0.46 by these counts.'],
  ['dispatch id:90', 'This costs $0.41, at most $0.46 by these counts.'],
  ['dispatch LISTED', 'This costs $0.13, at most $0.18 by these counts.'],
  ['dispatch replanned', 'This costs $0.61, at most $0.66 by these counts.'],
  ['dispatch shut', 'This costs $0.01, and 1 list of unknown length.'],
  ['dispatch uncounted', 'This costs at least $0.01.'],
  ['dispatch uncounted shut listed', 'This costs $0.15, and 2 lists of unknown length.'],
  ['dispatch parent1', 'This costs $0.05, at most $0.10 by these counts.'],
  [
    'dispatch parent1 --max-cost 3',
    'This costs $0.05, at most $0.10 by these counts, and never more than $3.00.',
  ],
  [
    'dispatch parent1 alice --check --max-cost 3',
    '1 of 2 accounts is read in full: @alice (never read to the end before). This costs $0.03 where nobody is gone, and 1 list of unknown length, and never more than $3.00.',
  ],
  [
    'dispatch parent2 --check --keyframe-days 1',
    '1 of 1 account is read in full: @parent2 (its last full read is too old). This costs $0.05, at most $0.10 by these counts.',
  ],
  [
    'dispatch parent2 --check --keyframe-days 366',
    'This costs at least $0.02, at most $0.31 by these counts.',
  ],
  ['republish halved', 'This costs $0.02.'],
  [`republish ${DISPATCH} --json`, 'This costs $0.02.'],
  ['republish capped', 'This costs $0.04, and never more than $0.02.'],
  ['republish capped --max-cost 1', 'This costs $0.04.'],
  // 2 friends a page: the last page has no room for more.
  ['republish Looked unasked', 'This costs $0.41.'],
  ['republish nobody_knows unasked', 'This costs $0.01, and 1 list of unknown length.'],
  ['dispatch --message FILES/halved', 'This costs $0.02.'],
  ['dispatch --message FILES/capped', 'This costs $0.04, and never more than $0.02.'],
  [
    'dispatch --message FILES/new',
    'This costs $0.06, and 1 list of unknown length, and never more than $3.00.',
  ],
  ['dispatch --message FILES/known', 'This costs $0.05, at most $0.10 by these counts.'],
  ['dispatch --message FILES/check', 'This costs at least $0.02, at most $0.31 by these counts.'],
  ['confirm', 'This costs at most $0.01.'],
  ['rejected --republish 5', 'This costs $0.02, and 2 lists of unknown length.'],
])('dodo %s says what it costs, and does nothing without a yes', async (args, price) => {
  const [alone, refused] = await Promise.all(
    [undefined, ['no']].map((answers) =>
      dodo(args.replace('FILES', files).split(/ (?!unasked)/), { data: on.dir, answers }),
    ),
  );
  expect(alone).toMatchObject({
    code: 2,
    err: expect.stringContaining(`${price} There is no terminal to ask at: add --yes where that is meant.\n`),
  });
  expect(refused).toMatchObject({
    code: 1,
    err: expect.stringContaining(`${price} Go on? [y/N] dodo: nothing was done.\n`),
  });
});

test('dodo confirm says of whom it does not ask although "dodo changes" shows an unknown status: ann is back', async () => {
  const { out } = await dodo(['confirm'], { data: on.dir });
  expect(out).toContain('1 friend of unknown status, at most $0.01');
  expect(out).toContain('\n1 change of unknown status: the friend is listed again, and not asked about\n');
});

test.each([
  ['estimate looked', `1 account by X's look-ups of ${dayOf(7)} (7 days old)`],
  ['estimate looked id:90', `2 accounts by X's look-ups of ${dayOf(7)} (7 days old)`],
  ['estimate listed', `1 account as X said in others' lists of friends of ${dayOf(3)} (3 days old)`],
  [
    'estimate parent1 parent2 parent5 alice',
    `3 accounts as planned on ${planned(3)} to ${planned(1)} (the oldest 3 days old)`,
  ],
  ['dispatch listed', `1 account as X said in others' lists of friends of ${dayOf(3)} (3 days old)`],
  ['republish Looked unasked', `1 account by X's look-ups of ${dayOf(7)} (7 days old)`],
  ['dispatch --message FILES/known', `1 account as planned on ${planned(3)} (3 days old)`],
])('dodo %s says by which counts, and how old they are', async (args, counts) => {
  const given = args.replace('FILES', files).split(/ (?!unasked)/);
  const { out } = await dodo(given, { data: on.dir });
  expect(out.match(/^counts +(.*)$/m)?.[1]).toBe(counts);
});

test('and says "at least" of no figure that is none, nor of what there is no count of', async () => {
  const estimate = async (args: string) => (await dodo(args.split(' '), { data: on.dir })).out;
  const unknown = await estimate('estimate alice shut parent1');
  expect(unknown).not.toContain('at least');
  expect(unknown).not.toContain('from $');
  expect(unknown).toMatch(/^pages +1 page, and 2 lists of unknown length$/m);
  expect(unknown).toMatch(/^cost +\$0\.07, and 2 lists of unknown length$/m);
  expect(unknown).toMatch(/^note +1 account has never been seen: /m);
  expect(unknown).toMatch(/^note +of 1 account X has told no count, or that the list cannot be read: /m);
  expect(await estimate('estimate uncounted')).toMatch(/^cost +\$0\.01 at least$/m);
  const { counts } = await dodoJson<{ counts: unknown[] }>(['estimate', 'looked'], { data: on.dir });
  const at = minutesAgo(7 * DAY);
  expect(counts).toEqual([{ from: 'look-up', accounts: 1, oldest: at, newest: at }]);
});

test('what costs nothing is not asked about: estimates, and republishing with --print', async () => {
  expect(await dodoJson(['estimate', 'parent1'], { data: on.dir })).toMatchObject({
    x: 'real',
    costUsd: 0.05,
  });
  const { code, out } = await dodo(['republish', 'halved', '--print'], { data: on.dir });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    runId: 'halved',
    parents: [{ username: 'parent5', id: '5', friendsCount: 4 }],
  });
});

test('and so nothing was published: what is published afterwards comes first', async () => {
  const topics = ['pagedispatch', 'getpage', 'getmetadata'];
  for (const topic of topics) await on.bus.publish(topic, ['a marker']);
  await until('the markers have been rejected', async () => {
    const rows = await on.select("SELECT 1 FROM rejected_messages WHERE payload LIKE '%marker%'");
    return rows.length === topics.length;
  });
  for (const service of topics)
    expect((await logLines(on, service)).filter((line) => line.runId !== undefined)).toEqual([]);
});

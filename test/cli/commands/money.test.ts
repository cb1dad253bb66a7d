import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { dispatchIdOf } from '../../../shared/ids.ts';
import { logLines } from '../../support/log-lines.ts';
import { startTestStack } from '../../support/stack.ts';
import { until } from '../../support/until.ts';
import { DAY, minutesAgo, page, plan } from '../../views/rows.ts';
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
  const payload = '{"job":{"name":"j"},"parents":["a","b"]}';
  const message = { topic: 'pagedispatch', message_id: '5', payload, payload_bytes: payload.length };
  return {
    ...more,
    account_metadata: [], // nobody has asked
    dispatches: [...dispatches, plan(halved), plan(capped, overBudget)],
    completed_scrapes: [...completed_scrapes, page(firstPage), ...fallenList('9').completed_scrapes],
    rejected_messages: [{ ...message, errors: ['an old reason'], received_at: minutesAgo(5) }],
  };
}

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
  ['dispatch alice', 'This costs at least $0.01.'],
  ['dispatch alice parent1 --max-cost 3', 'This costs at least $0.06, and never more than $3.00.'],
  ['dispatch parent1', 'This costs $0.05, at most $0.10 by these counts.'],
  [
    'dispatch parent1 --max-cost 3',
    'This costs $0.05, at most $0.10 by these counts, and never more than $3.00.',
  ],
  [
    'dispatch parent1 alice --check --max-cost 3',
    '1 of 2 accounts is read in full: @alice (never read to the end before). This costs at least $0.03, and never more than $3.00.',
  ],
  [
    'dispatch parent2 --check --keyframe-days 1',
    '1 of 1 account is read in full: @parent2 (its last full read is too old). This costs at least $0.05, at most $0.10 by these counts.',
  ],
  [
    'dispatch parent2 --check --keyframe-days 366',
    'This costs at least $0.02, at most $0.31 by these counts.',
  ],
  ['republish halved', 'This costs $0.02.'],
  [`republish ${DISPATCH} --json`, 'This costs $0.02.'],
  ['republish capped', 'This costs $0.04, and never more than $0.02.'],
  ['republish capped --max-cost 1', 'This costs $0.04.'],
  ['dispatch --message FILES/halved', 'This costs $0.02.'],
  ['dispatch --message FILES/capped', 'This costs $0.04, and never more than $0.02.'],
  ['dispatch --message FILES/new', 'This costs at least $0.06, and never more than $3.00.'],
  ['dispatch --message FILES/known', 'This costs $0.05, at most $0.10 by these counts.'],
  ['dispatch --message FILES/check', 'This costs at least $0.02, at most $0.31 by these counts.'],
  ['confirm', 'This costs at most $0.01.'],
  ['rejected --republish 5', 'This costs at least $0.02.'],
])('dodo %s says what it costs, and does nothing without a yes', async (args, price) => {
  const [alone, refused] = await Promise.all(
    [undefined, ['no']].map((answers) =>
      dodo(args.replace('FILES', files).split(' '), { data: on.dir, answers }),
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

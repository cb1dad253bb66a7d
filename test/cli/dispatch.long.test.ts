import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dispatchIdOf } from '../../shared/ids.ts';
import { type LogLine, logLines } from '../support/log-lines.ts';
import { runEnded } from '../support/runs.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { until } from '../support/until.ts';
import { dodo, dodoJson, emptyDir, type Running } from './dodo.ts';

interface Dispatched {
  runId: string;
  dispatchedAt: string;
  messageIds: string[];
  accounts: number;
  lookups: number;
  costUsd: number;
  notes: string[];
}

let on: TestStack;
let files: string;
let stack: Running;
beforeAll(async () => {
  [on, files] = await Promise.all([startTestStack(), emptyDir()]);
  stack = { data: on.dir, cwd: files };
});
afterAll(async () => {
  await on.stop();
  await rm(files, { recursive: true, force: true });
});

const dispatch = (args: string[], running: Running = stack) =>
  dodoJson<Dispatched>(['dispatch', ...args], running);
const truthOf = async (username: string) =>
  (await on.sim(`truth?username=${username}`)) as { id: string; friends: { id: string; username: string }[] };
const callsToX = async () => ((await on.sim('calls')) as { byEndpoint: Record<string, number> }).byEndpoint;
const plansOf = (runId: string) =>
  on.select(`SELECT * FROM dispatches WHERE run_id = '${runId}' ORDER BY parent_username`);

describe('dodo dispatch', () => {
  test('shows the run, its plan and its cost, publishes one request, and says how to watch it', async () => {
    const { code, out, err } = await dodo(
      [
        'dispatch',
        '@parent_17_250',
        'parent_18_250',
        '--job',
        'try-out',
        '--page-size',
        '100',
        '--max-cost',
        '9.5',
      ],
      stack,
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('2 accounts, 2 look-ups');
    expect(out).toContain('$0.02 at least (simulated: nothing is charged)');
    expect(out).toContain('2 accounts have never been seen');
    const [, runId = ''] = /^run +([-0-9a-f]{36}) of job try-out$/m.exec(out) ?? [];
    expect(out).toContain(`dispatched in 1 message. Watch it: npx dodo status ${runId} --watch`);
    const progress = await runEnded(on, runId, 2);
    expect(progress).toMatchObject([
      { parent_username: 'parent_17_250', state: 'complete', pages_done: 3, total_pages: 3, job: 'try-out' },
      {
        parent_username: 'parent_18_250',
        state: 'complete',
        dispatch_id: dispatchIdOf(runId, 'parent_18_250'),
      },
    ]);
    expect(await plansOf(runId)).toMatchObject([
      { page_size: 100, max_cost_usd: 9.5 },
      { page_size: 100, max_cost_usd: 9.5 },
    ]);
  });

  test('estimates from what history has seen, and is right about it', async () => {
    const args = ['parent_17_250', 'parent_18_250', '--page-size', '100'];
    const estimate = await dodoJson(['estimate', ...args], stack);
    expect(estimate).toMatchObject({
      accounts: 2,
      accountsWithUnknownCount: 0,
      lookups: 2,
      pages: 6,
      calls: 7,
      costUsd: 5.02,
      seconds: 0,
      x: 'simulated',
    });
    await on.sim('reset-calls', {});
    const { runId, costUsd } = await dispatch(args);
    const progress = await runEnded(on, runId, 2);
    expect(costUsd).toBe(5.02);
    expect(progress.reduce((sum, row) => sum + Number(row.cost_usd), 0)).toBeCloseTo(5.02, 6);
    expect(await callsToX()).toEqual({ 'users/by': 1, 'users/:id/following': 6 });
  });

  test('takes a file of usernames and JSON Lines, each account once; metadata that is given is not looked up', async () => {
    const { id } = await truthOf('parent_19_50');
    const lines = [
      `{"username":"parent_19_50","id":"${id}","friendsCount":50,"note":"ours"}`,
      '# more',
      'Parent_19_50',
    ];
    await writeFile(join(files, 'parents.jsonl'), lines.join('\n'));
    await on.sim('reset-calls', {});
    const run = await dispatch(['--file', 'parents.jsonl']);
    expect(run).toMatchObject({ accounts: 1, lookups: 0, costUsd: 0.5, notes: ['named more than once: 1'] });
    expect(await runEnded(on, run.runId, 1)).toMatchObject([{ state: 'complete', friends_listed: 50 }]);
    expect(await callsToX()).toEqual({ 'users/:id/following': 1 });
    const [plan] = await plansOf(run.runId);
    expect(JSON.parse(String(plan?.parent_metadata))).toMatchObject({ id, friendsCount: 50, note: 'ours' });
  });

  test('takes a file from standard input', async () => {
    const run = await dispatch(['--file', '-'], { ...stack, input: 'zero_friends\n' });
    expect(await runEnded(on, run.runId, 1)).toMatchObject([
      { parent_username: 'zero_friends', state: 'complete' },
    ]);
  });

  test('takes the friends of an account that was scraped as parents, without look-ups, and that account as grandparent', async () => {
    const first = await dispatch(['marta_lindqvist']);
    await runEnded(on, first.runId, 1);
    const { id, friends } = await truthOf('marta_lindqvist');
    await on.sim('reset-calls', {});
    const run = await dispatch(['--friends-of', 'Marta_Lindqvist', '--job', 'second-hop']);
    expect(run).toMatchObject({ accounts: friends.length, lookups: 0 });
    expect(run.notes[0]).toMatch(/^the friends of @marta_lindqvist as of 20\d\d-/);
    await runEnded(on, run.runId, friends.length);
    expect(Object.keys(await callsToX())).toEqual(['users/:id/following']);
    const plans = await plansOf(run.runId);
    expect(plans.map((row) => row.parent_id).sort()).toEqual(friends.map((friend) => friend.id).sort());
    for (const plan of plans)
      expect(plan).toMatchObject({
        grandparent_id: id,
        grandparent_username: 'marta_lindqvist',
        lookup_cost_usd: 0,
      });
  });

  test('says what to do where there is no scrape whose friends it could take', async () => {
    const { code, err } = await dodo(['dispatch', '--friends-of', 'never_scraped'], stack);
    expect({ code, err }).toEqual({
      code: 1,
      err: 'dodo: there is no complete scrape of never_scraped. Scrape it first: npx dodo dispatch never_scraped\n',
    });
  });

  test('refuses a run that X could not answer before its messages expire', async () => {
    const line = '{"username":"huge","id":"1","friendsCount":900000000}';
    const { code, err } = await dodo(['dispatch', '--file', '-', '--page-size', '1'], {
      ...stack,
      input: line,
    });
    expect(code).toBe(1);
    expect(err).toMatch(/needs 900,000,000 pages, but only 892,800 pages can be fetched in the 31 days/);
  });

  test('leaves out an account that is forgotten, by name and by id', async () => {
    const { id } = await truthOf('parent_17_250');
    await dodo(['forget', id, 'somebody_else'], stack);
    const run = await dispatch(['parent_17_250', 'somebody_else', 'parent_18_250']);
    expect(run).toMatchObject({ accounts: 1, notes: ['left out as forgotten ("dodo forget"): 2'] });
    const { code, err } = await dodo(['dispatch', 'somebody_else'], stack);
    expect({ code, err }).toMatchObject({
      code: 1,
      err: expect.stringMatching(/every account named is a forgotten one/),
    });
  });
});

describe('a request of 10,000 parents', () => {
  test('is published in one message, within the 5 s that are promised for it on an idle machine', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `bulk_${index}`);
    await writeFile(join(files, 'bulk.txt'), lines.join('\n'));
    const startMs = performance.now();
    const run = await dispatch(['--file', 'bulk.txt', '--max-cost', '0']);
    const tookMs = Math.round(performance.now() - startMs);
    console.log(`dodo dispatch --file of 10,000 parents: ${tookMs} ms`);
    expect(run).toMatchObject({ accounts: 10_000, lookups: 10_000 });
    expect(run.messageIds).toHaveLength(1);
    const ofRun = (line: LogLine) => line.runId === run.runId && line.message === 'request split into chunks';
    const line = await until('the request has been split', async () =>
      (await logLines(on, 'pagedispatch')).find(ofRun),
    );
    expect(line).toMatchObject({ parents: 10_000, chunks: 100 });
  });

  test('that does not fit one message is published in several of the same run', async () => {
    const note = 'x'.repeat(1000);
    const lines = Array.from({ length: 10_000 }, (_, index) =>
      JSON.stringify({ username: `wide_${index}`, id: `9${index}`, friendsCount: 5, note }),
    );
    const run = await dispatch(['--file', '-', '--max-cost', '0'], { ...stack, input: lines.join('\n') });
    expect(run.messageIds).toHaveLength(2);
    const split = await until('both requests have been split', async () => {
      const ofRun = (line: LogLine) =>
        line.runId === run.runId && line.message === 'request split into chunks';
      const found = (await logLines(on, 'pagedispatch')).filter(ofRun);
      return found.length === 2 && found;
    });
    expect(split.reduce((sum, line) => sum + Number(line.parents), 0)).toBe(10_000);
  });
});

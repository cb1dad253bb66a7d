import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { dispatchIdOf } from '../../../shared/ids.ts';
import { type LogLine, logLines } from '../../support/log-lines.ts';
import { runEnded } from '../../support/runs.ts';
import { startTestStack } from '../../support/stack.ts';
import { until } from '../../support/until.ts';
import { dodo, dodoJson } from '../support/dodo.ts';
import { emptyDir } from '../support/process.ts';

interface Dispatched {
  runId: string;
  messageIds: string[];
  accounts: number;
  costUsd: number;
  notes: string[];
}

const [on, files] = await Promise.all([startTestStack(), emptyDir()]);
afterAll(async () => {
  await on.stop();
  await rm(files, { recursive: true, force: true });
});

const run = (args: string, input?: string) => dodo(args.split(' '), { data: on.dir, input });
const dispatch = (args: string, input?: string) =>
  dodoJson<Dispatched>(['dispatch', ...args.split(' ')], { data: on.dir, input });
const truthOf = async (username: string) =>
  (await on.sim(`truth?username=${username}`)) as { id: string; friends: { id: string }[] };
const callsToX = async () => ((await on.sim('calls')) as { byEndpoint: Record<string, number> }).byEndpoint;
const plansOf = (runId: string) =>
  on.select(`SELECT * FROM dispatches WHERE run_id = '${runId}' ORDER BY parent_username`);

describe('dodo dispatch', () => {
  test('shows the run, its plan and its cost, publishes one request, and says how to watch it', async () => {
    const asked = '@parent_17_250 parent_18_250 --job try-out --page-size 100 --max-cost 9.5';
    const { code, out, err } = await run(`dispatch ${asked}`);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('2 accounts, 2 look-ups');
    expect(out).toContain('$0.02, and 2 lists of unknown length (simulated: nothing is charged)');
    expect(out).toContain('2 accounts have never been seen');
    const [, runId = ''] = /^run +([-0-9a-f]{36}) of job try-out$/m.exec(out) ?? [];
    const hint = `status ${runId} --watch --data ${on.dir}`;
    expect(out).toContain(`dispatched in 1 message. Watch it: npx dodo ${hint}\n`);
    expect(await dodo(hint.split(' '))).toMatchObject({ code: 0 });
    const whole = { state: 'complete', pages_done: 3, total_pages: 3, job: 'try-out' };
    expect(await runEnded(on, runId, 2)).toMatchObject([
      { ...whole, parent_username: 'parent_17_250' },
      { ...whole, dispatch_id: dispatchIdOf(runId, 'parent_18_250') },
    ]);
    const plan = { page_size: 100, max_cost_usd: 9.5 };
    expect(await plansOf(runId)).toMatchObject([plan, plan]);
  });

  test('estimates from what history has seen, and is right about it', async () => {
    const asked = 'parent_17_250 parent_18_250 --page-size 100';
    expect(await dodoJson(`estimate ${asked}`.split(' '), { data: on.dir })).toMatchObject({
      ...{ accounts: 2, accountsWithUnknownCount: 0, lookups: 2, pages: 6, calls: 7 },
      ...{ costUsd: 5.02, seconds: 0, x: 'simulated' },
    });
    await on.sim('reset-calls', {});
    const { runId, costUsd } = await dispatch(asked);
    const progress = await runEnded(on, runId, 2);
    expect(costUsd).toBe(5.02);
    expect(progress.reduce((sum, row) => sum + Number(row.cost_usd), 0)).toBeCloseTo(5.02, 6);
    expect(await callsToX()).toEqual({ 'users/by': 1, 'users/:id/following': 6 });
  });

  test('takes usernames and JSON Lines from standard input, each account once; metadata that is given is not looked up', async () => {
    const { id } = await truthOf('parent_19_50');
    const given = `{"username":"parent_19_50","id":"${id}","friendsCount":50,"note":"ours"}`;
    await on.sim('reset-calls', {});
    const { runId, ...said } = await dispatch('--file -', [given, '# more', 'Parent_19_50'].join('\n'));
    expect(said).toMatchObject({ accounts: 1, lookups: 0, costUsd: 0.5, notes: ['named more than once: 1'] });
    expect(await runEnded(on, runId, 1)).toMatchObject([{ state: 'complete', friends_listed: 50 }]);
    expect(await callsToX()).toEqual({ 'users/:id/following': 1 });
    const [plan] = await plansOf(runId);
    expect(JSON.parse(String(plan?.parent_metadata))).toMatchObject({ id, friendsCount: 50, note: 'ours' });
  });

  test('takes what "dodo query --csv" writes, by one of its columns', async () => {
    const sql = "SELECT 'x' AS note, '@parent_19_50' AS username UNION ALL SELECT 'y', 'parent_20_40'";
    const { out: csv } = await dodo(['query', '--csv', sql], { data: on.dir });
    expect(csv).toContain("'@parent_19_50");
    expect(await run('estimate --file - --column username', csv)).toMatchObject({
      code: 0,
      out: expect.stringContaining('2 accounts, '),
    });
    const { runId } = await dispatch('--file - --column username', csv);
    const plans = await until('both are planned', async () => {
      const rows = await plansOf(runId);
      return rows.length === 2 && rows;
    });
    expect(plans.map((row) => row.parent_username)).toEqual(['parent_19_50', 'parent_20_40']);
  });

  test.each(['dispatch', 'estimate'])('%s --help shows the fields of JSON Lines', async (command) => {
    const { out } = await dodo([command, '--help']);
    for (const field of ['username', 'id', 'friendsCount'])
      expect(out).toMatch(new RegExp(`^  "${field}" `, 'm'));
    expect(out).toContain('--column <name>');
  });

  test.each([
    ['what is no JSON', '{"job"', /line 1 of standard input would be rejected: the data is not JSON\./],
    [
      'a misspelt cap',
      '\n{"job":{"name":"j"},"parents":["a"],"maxCost":1}',
      /line 2 of .* would be rejected: .*maxCost/,
    ],
    [
      'thousands of levels',
      `{"job":${'['.repeat(9000)}${']'.repeat(9000)}}`,
      /nested in more than 100 levels\.\n$/,
    ],
  ])('--message refuses %s, in one sentence', async (_, input, says) => {
    expect(await run('dispatch --message -', input)).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(says),
    });
  });

  test('--message publishes requests that name no run as new ones', async () => {
    const input = ['parent_21_30', 'parent_22_30']
      .map((username) => JSON.stringify({ job: { name: 'by-hand' }, parents: [username] }))
      .join('\n');
    const { out } = await run('dispatch --message - --json', input);
    const { runIds, messageIds, ...said } = JSON.parse(out);
    expect(said).toEqual({ parents: 2, costUsd: 0.02, counts: [], x: 'simulated', stopped: null, notes: [] });
    expect([runIds.length, messageIds.length]).toEqual([2, 2]);
    for (const runId of runIds)
      expect(await runEnded(on, runId, 1)).toMatchObject([{ state: 'complete', friends_listed: 30 }]);
  });

  test('takes the friends of an account that was scraped as parents, without look-ups, and that account as grandparent', async () => {
    await runEnded(on, (await dispatch('marta_lindqvist')).runId, 1);
    const { id, friends } = await truthOf('marta_lindqvist');
    await on.sim('reset-calls', {});
    const { runId, notes, ...said } = await dispatch('--friends-of Marta_Lindqvist --job second-hop');
    expect(said).toMatchObject({ accounts: friends.length, lookups: 0 });
    expect(notes[0]).toMatch(/^the friends of @marta_lindqvist as of 20\d\d-/);
    await runEnded(on, runId, friends.length);
    expect(Object.keys(await callsToX())).toEqual(['users/:id/following']);
    const plans = await plansOf(runId);
    expect(plans.map((row) => row.parent_id).sort()).toEqual(friends.map((friend) => friend.id).sort());
    const grandparent = { grandparent_id: id, grandparent_username: 'marta_lindqvist', lookup_cost_usd: 0 };
    for (const plan of plans) expect(plan).toMatchObject(grandparent);
  });

  test('leaves out an account that is forgotten, by name and by id', async () => {
    const { id } = await truthOf('parent_17_250');
    await run(`forget ${id} somebody_else --yes`);
    const said = await dispatch('parent_17_250 somebody_else parent_18_250');
    expect(said).toMatchObject({ accounts: 1, notes: ['left out as forgotten: 2'] });
  });

  test.each<[what: string, args: string, says: RegExp, input?: string]>([
    [
      'there is no scrape whose friends it could take',
      '--friends-of never_scraped',
      /^dodo: there is no complete scrape of never_scraped\. Scrape it first: npx dodo dispatch never_scraped --data \S+\n$/,
    ],
    [
      'X could not answer before its messages expire',
      '--file - --page-size 1',
      /needs 900,000,000 pages, but only 892,800 pages can be fetched in the 31 days/,
      '{"username":"huge","id":"1","friendsCount":900000000}',
    ],
    [
      'every account is a forgotten one',
      'somebody_else',
      /^dodo: every account named is a forgotten one\. "npx dodo forget --undo ACCOUNT --data \S+" shows one again\.\n$/,
    ],
  ])('refuses a run where %s', async (_, args, says, input) => {
    expect(await run(`dispatch ${args}`, input)).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(says),
    });
  });
});

describe('a request of 10,000 parents', () => {
  const many = (parentAt: (index: number) => string) => Array.from({ length: 10_000 }, (_, n) => parentAt(n));
  const splits = (runId: string, messages: number) =>
    until(`${messages} requests of the run have been split`, async () => {
      const ofRun = (line: LogLine) => line.runId === runId && line.message === 'request split into chunks';
      const found = (await logLines(on, 'pagedispatch')).filter(ofRun);
      return found.length === messages && found;
    });

  test('is published in one message, within the 5 s that are promised for it on an idle machine', async () => {
    await writeFile(join(files, 'bulk.txt'), many((n) => `bulk_${n}`).join('\n'));
    const startMs = performance.now();
    const { runId, messageIds, ...said } = await dispatch(`--file ${files}/bulk.txt --max-cost 0`);
    console.log(`dodo dispatch --file of 10,000 parents: ${Math.round(performance.now() - startMs)} ms`);
    expect(said).toMatchObject({ accounts: 10_000, lookups: 10_000 });
    expect(messageIds).toHaveLength(1);
    expect(await splits(runId, 1)).toMatchObject([{ parents: 10_000, chunks: 100 }]);
  });

  test('that does not fit one message is published in several of the same run', async () => {
    const note = 'x'.repeat(1000);
    const wide = (n: number) => JSON.stringify({ username: `wide_${n}`, id: `9${n}`, friendsCount: 5, note });
    const { runId, messageIds } = await dispatch('--file - --max-cost 0', many(wide).join('\n'));
    expect(messageIds).toHaveLength(2);
    const parents = (await splits(runId, 2)).reduce((sum, line) => sum + Number(line.parents), 0);
    expect(parents).toBe(10_000);
  });
});

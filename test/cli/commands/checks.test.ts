import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runEnded } from '../../support/runs.ts';
import { startTestStack } from '../../support/stack.ts';
import { dodo, dodoJson } from '../support/dodo.ts';

const PARENTS = ['parent_6_3000', 'parent_7_100'] as const;
const CHECKED = ['checked', 'open', 'complete'];

const on = await startTestStack();
const run = (args: string) => dodo(args.split(' '), { data: on.dir });
const json = <T = Record<string, unknown>>(args: string) => dodoJson<T>(args.split(' '), { data: on.dir });
const readBy = async (args: string, parents: number) => {
  const { runId } = await json<{ runId: string }>(args);
  await runEnded(on, runId, parents);
  return runId;
};

let checks: string;
beforeAll(async () => {
  await readBy(`dispatch ${PARENTS.join(' ')}`, PARENTS.length);
  await on.sim('day', { advance: 1 });
});
afterAll(() => on.stop());

test('estimate --check tells an interval beside what full reads would cost', async () => {
  const of = await json(`estimate ${PARENTS.join(' ')} --check`);
  // Of each the look-up; of 3,000 friends a head of 3, of 100 one of 1.
  expect(of).toMatchObject({ checks: 2, fullReads: [], costUsd: 0.06, lookups: 2 });
  expect(of).toMatchObject({ committedUsd: 31.02, fullReadsUsd: 31.02 });
  expect(await json(`estimate ${PARENTS[0]} --check --max-depth 500`)).toMatchObject({ committedUsd: 5.01 });
  const { out } = await run(`estimate ${PARENTS.join(' ')} --check`);
  expect(out).toMatch(/^cost +from \$0\.06, at most \$31\.02 by these counts/m);
  expect(out).toMatch(/^full reads +would cost \$31\.02$/m);
});

test('says of a parent that was never read that it is read in full', async () => {
  const { out } = await run(`estimate ${PARENTS[0]} never_read --check`);
  expect(out).toMatch(/1 of 2 accounts is read in full: @never_read \(never read to the end before\)/);
});

test('counts the pages of lists that are read in full as a full read does: an empty one has a page too', async () => {
  const file = join(on.dir, 'counted.jsonl');
  await writeFile(
    file,
    '{"username":"of_nobody","friendsCount":0}\n{"username":"of_1001","friendsCount":1001}\n',
  );
  const [asChecks, asLists] = await Promise.all(
    ['--check', ''].map((mode) => json(`estimate --file ${file} ${mode}`.trim())),
  );
  expect(asChecks).toMatchObject({ checks: 0, pages: 3 });
  // Both look up who these are, and buy the same lists.
  expect(asChecks).toMatchObject({ pages: asLists?.pages, committedUsd: asLists?.committedUsd });
});

test('dispatch --check buys the head, within what was said; status and changes show it', async () => {
  checks = await readBy(`dispatch ${PARENTS.join(' ')} --check --max-depth 400`, PARENTS.length);
  const { dispatches } = await json<{ dispatches: Record<string, number | string>[] }>(`status ${checks}`);
  for (const { mode, state, cost_usd, committed_cost_usd } of dispatches) {
    expect(mode).toBe('check');
    expect(CHECKED).toContain(state);
    expect(Number(cost_usd)).toBeLessThanOrEqual(Number(committed_cost_usd));
  }
  const [large] = dispatches;
  expect(large).toMatchObject({ parent_username: PARENTS[0] });
  expect(Number(large?.committed_cost_usd)).toBeLessThanOrEqual(4.01);
  const { out } = await run(`status ${checks}`);
  expect(out).toContain('2 of 2 parents ended');
  expect(out).toMatch(/@parent_6_3000 .*(checked|open).* \d+ \(check\) /);
  const [listed] = await json<Record<string, unknown>[]>('status');
  expect(listed).toMatchObject({ run_id: checks, parents: 2, running: 0 });
});

test('a check that ended is published again as a check, and costs nothing', async () => {
  await on.sim('reset-calls', {});
  const { code, out, err } = await run(`republish ${checks} --print`);
  expect({ code, said: err }).toMatchObject({
    code: 0,
    said: expect.stringContaining('2 parents of 1 run, of which 2 final'),
  });
  expect(JSON.parse(out)).toMatchObject({ runId: checks, mode: 'check' });
  expect((await run(`republish ${checks}`)).code).toBe(0);
  await run(`status ${checks} --watch`);
  expect(await on.sim('calls')).toMatchObject({ total: 0 });
});

test('a check that was never planned is published again as it was asked for, or as it is asked for now', async () => {
  const dear = await readBy(
    `dispatch ${PARENTS[0]} --check --max-cost 0.02 --max-depth 7 --keyframe-days 9`,
    1,
  );
  const again = async (args: string) => JSON.parse((await run(`republish ${dear} --print${args}`)).out);
  expect(await again('')).toMatchObject({ runId: dear, mode: 'check', maxDepth: 7, keyframeDays: 9 });
  expect(await again(' --max-depth 8')).toMatchObject({ maxDepth: 8, keyframeDays: 9 });
});

test('the report says what checks saved', async () => {
  const file = join(on.dir, 'report.html');
  expect((await run(`report --out ${file}`)).code).toBe(0);
  const page = await readFile(file, 'utf8');
  await rm(file);
  expect(page).toMatch(/2 checks cost <b>\$\d\.\d\d<\/b>/);
  expect(page).toMatch(/would have cost \$3\d\.\d\d: <b>\$\d+\.\d\d<\/b> saved/);
});

test('of a run that asked for no check, neither its days nor its depth may be said', async () => {
  for (const args of ['dispatch alice --max-depth 5', 'estimate alice --keyframe-days 5'])
    expect(await run(args)).toMatchObject({ code: 2, err: expect.stringContaining('go with --check') });
});

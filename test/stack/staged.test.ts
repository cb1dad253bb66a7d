import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../infra/bundle/build.ts';
import { stage } from '../../infra/bundle/stage.ts';
import type { StackProcess } from '../../infra/local/process.ts';
import { SERVICES, type Service, topicOf } from '../../infra/local/topology.ts';
import { dispatchIdOf } from '../../shared/ids.ts';
import { startFunction } from '../bench/support/function-process.ts';
import { push } from '../bench/support/push.ts';
import { runEnded, withMetadata } from '../support/runs.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

let on: TestStack;
let folder = '';
let started: Record<string, StackProcess> = {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dodo-staged-'));
  await stage(folder);
  install(folder);
  on = await startTestStack();
  const framework = join(folder, 'node_modules/@google-cloud/functions-framework/build/src/main.js');
  const start = async (target: Service) =>
    [
      target,
      await startFunction(on, { name: `staged-${target}`, target, source: folder, framework }),
    ] as const;
  started = Object.fromEntries(await Promise.all(SERVICES.map(start)));
});
afterAll(async () => {
  await Promise.all(Object.values(started).map((process) => process.stop()));
  await on?.stop();
  rmSync(folder, { recursive: true });
});

/** What `npm ci` would do there, from what is installed here: the packages of its lock file, and no others. */
function install(staged: string): void {
  const { packages } = JSON.parse(readFileSync(join(staged, 'package-lock.json'), 'utf8'));
  for (const path of Object.keys(packages).filter(Boolean)) {
    const nested = join(ROOT, path, 'node_modules');
    cpSync(join(ROOT, path), join(staged, path), { recursive: true, filter: (file) => file !== nested });
  }
}

const send = (service: Service, message: object): Promise<void> =>
  push(started[service]?.port ?? 0, topicOf(on.stack.config, service), message);

const dispatchedAt = new Date().toISOString();
const job = { name: 'staged' };
const ofDispatch = (runId: string, username: string) => ({
  ...{ runId, dispatchId: dispatchIdOf(runId, username), dispatchedAt, job },
});

test('what is staged, with the packages that it locks and no others, does the work of pagedispatch', async () => {
  const chunk = { index: 0, of: 1 };
  await send('pagedispatch', { job, parents: ['parent_1_250'], runId: 'planned', dispatchedAt, chunk });
  expect(await runEnded(on, 'planned', 1)).toMatchObject([{ state: 'complete', friends_listed: 250 }]);
});

const parent = { id: '1600000000000000001', username: 'parent_2_50', friendsCount: 50 };
const page = { parent, pageNumber: 1, totalPages: 1, pageSize: 1000, maxFriends: 60 };

test('… of getpage', async () => {
  const { id } = await withMetadata(on, 'parent_2_50');
  await send('getpage', { ...ofDispatch('paged', 'parent_2_50'), ...page, parent: { ...parent, id } });
  expect(
    await stored("SELECT parent_username, outcome FROM completed_scrapes WHERE run_id = 'paged'"),
  ).toEqual([{ parent_username: 'parent_2_50', outcome: 'scraped' }]);
});

test('… and of getmetadata', async () => {
  const account = { role: 'grandparent', username: 'the_herald', reason: 'malformed' };
  await send('getmetadata', { ...ofDispatch('looked-up', 'the_herald'), ...account });
  expect(await stored("SELECT username, status FROM account_metadata WHERE run_id = 'looked-up'")).toEqual([
    { username: 'the_herald', status: 'active' },
  ]);
});

test('a message that is not valid is rejected there with the reason, as everywhere', async () => {
  await send('getpage', { ...ofDispatch('invalid', 'parent_2_50'), ...page, pageNumber: 0 });
  expect(await stored("SELECT errors FROM rejected_messages WHERE topic = 'getpage'")).toEqual([
    { errors: ['pageNumber must be >= 1'] },
  ]);
});

const stored = (sql: string) =>
  until(sql, async () => {
    const rows = await on.select(sql);
    return rows.length > 0 && rows;
  });

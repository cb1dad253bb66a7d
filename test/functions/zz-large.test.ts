import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startX } from '../../infra/local/x/server.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { logLines } from '../support/log-lines.ts';
import { until } from '../support/until.ts';

let x: Awaited<ReturnType<typeof startX>>;
let on: TestStack;
beforeAll(async () => {
  x = await startX();
  on = await startTestStack({ settings: { X_API_BASE_URL: x.url, X_BEARER_TOKEN: 'test', PRICE_PER_FRIEND_USD: '100', GCNOW: process.env.GCN ?? '', NODE_OPTIONS: process.env.NOPT ?? '' } });
});
afterAll(async () => {
  await on.stop(true); console.log('DIR', on.dir);
  await x.close();
});
const hwm = async (pid: number) => /VmHWM:\s+(\d+) kB.*\n/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
const rss = async (pid: number) => /VmRSS:\s+(\d+) kB.*\n/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
test('x', async () => {
  const pid = on.stack.processes.find((p) => p.name === 'pagedispatch')!.pid;
  console.log('idle', await hwm(pid));
  const parents = Array.from({ length: 100_000 }, (_, n) => process.env.BIG ? ({ username: `parent_${n}_9`, name: 'x'.repeat(40), friendsCount: 9 }) : `parent_${n}_9`);
  const t = Date.now();
  console.log('bytes', JSON.stringify(parents).length);
  await on.bus.publish('pagedispatch', { job: { name: 'l' }, parents, maxCostUsd: 1000, runId: 'l', dispatchedAt: new Date().toISOString() });
  console.log('published', Date.now() - t);
  const split = await until('split', async () => (console.log(await rss(pid), await hwm(pid)), (await logLines(on, 'pagedispatch')).find((l) => l.message === 'request split into chunks')));
  console.log(split, Date.now() - t, await hwm(pid));
  await until('20', async () => (await logLines(on, 'pagedispatch')).filter((l) => l.message === 'chunk planned and published').length >= 20);
  console.log(Date.now() - t, await hwm(pid), x.simulator.calls);
  expect(1).toBe(1);
});

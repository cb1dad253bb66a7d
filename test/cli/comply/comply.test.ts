import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Complying, comply } from '../../../infra/cli/comply/comply.ts';
import type { Patience } from '../../../infra/cli/comply/patience.ts';
import { beginJob } from '../../../infra/cli/comply/recorded-jobs.ts';
import { createXJobs } from '../../../infra/cli/comply/x-jobs.ts';
import { stackTarget } from '../../../infra/cli/target/find.ts';
import { rowsOf } from '../../../infra/cli/target/query.ts';
import type { Fault } from '../../../infra/local/x/faults.ts';
import { startX } from '../../../infra/local/x/server.ts';
import { systemClock } from '../../../shared/clock.ts';
import { readConfig } from '../../../shared/config.ts';
import { worldOf } from '../../local/x/support.ts';
import { history, openWarehouse } from '../support/history.ts';

const TOKEN = 'the-token-of-the-app';
const warehouse = await openWarehouse();
await warehouse.fill(history());
afterAll(() => warehouse.close());

type Status = 'active' | 'deleted' | 'deactivated' | 'suspended';

/** X beside the history of test/cli/support/history.ts, and what comes of asking it. */
async function complying(statuses: Record<string, Status>) {
  const accounts = Object.entries(statuses).map(([id, status]) => ({
    ...{ id, username: `user${id}`, friends: 0, status },
  }));
  const { url, simulator, close } = await startX({ world: worldOf(...accounts) });
  onTestFinished(close);
  const target = await stackTarget(readConfig(warehouse.running.env), '.', systemClock);
  for (const table of ['compliance_jobs', 'forgotten_accounts'])
    await rowsOf(target, (dataset) => `DELETE FROM ${dataset}.${table} WHERE TRUE`);
  const said: string[] = [];
  const patience: Patience = {
    ...{ clock: systemClock, deadlineMs: 10_000, pauseMs: 10 },
    say: (line) => said.push(line),
  };
  let names = 0;
  const on: Complying = {
    ...{ target, reasons: ['deleted', 'deactivated'], lookEveryMs: 10, say: patience.say },
    x: createXJobs(url, TOKEN, patience),
    newName: () => `job ${++names}`,
  };
  const post = (path: string, body: object) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { authorization: 'Bearer any' },
    });
  return {
    ...{ on, target, said, post, simulator },
    comply: () => comply(on),
    fault: (fault: Fault) => post('/_sim/faults', fault),
    names: (account: string, status: Status) => post('/_sim/statuses', [{ account, status }]),
    hidden: async () =>
      (await warehouse.select('SELECT id, reason FROM forgotten_accounts ORDER BY id, reason')).map(
        (row) => `${row.id} ${row.reason}`,
      ),
    steps: async () =>
      (await warehouse.select('SELECT name, step FROM compliance_jobs ORDER BY done_at')).map(
        (row) => `${row.name} ${row.step}`,
      ),
  };
}

const GONE = { '10': 'deleted', '11': 'deactivated', '12': 'suspended', '1': 'active' } as const;
const HIDDEN = ['10 deleted', '11 deactivated'];

describe('a job that was interrupted', () => {
  test('is written down before X is asked, and each step after it', async () => {
    const { comply, steps, hidden } = await complying(GONE);
    // Of the history: friends 10 to 13, and the parents 1 to 4.
    expect(await comply()).toMatchObject({ step: 'applied', accounts: 8, hidden: 2, shown_again: 0 });
    expect(await hidden()).toEqual(HIDDEN);
    expect(await steps()).toEqual(
      ['begun', 'created', 'uploaded', 'named', 'applied'].map((step) => `job 1 ${step}`),
    );
  });

  test('goes on with the same job where X had made it and nobody had written that down', async () => {
    const { comply, on, post, simulator, hidden } = await complying(GONE);
    await beginJob(on.target, 'job 0', 8);
    await post('/2/compliance/jobs', { type: 'users', name: 'job 0' });
    expect(await comply()).toMatchObject({ name: 'job 0', job_id: simulator.compliance.jobs[0]?.id });
    expect(simulator.compliance.jobs).toHaveLength(1);
    expect(await hidden()).toEqual(HIDDEN);
  });

  test.each([
    ['uploaded', ['uploaded', 'named', 'applied']],
    ['named', ['named', 'applied']],
    ['applied', ['applied']],
  ])('has the same end where its last step was done and not written down: %s', async (_, lost) => {
    const { comply, target, simulator, hidden } = await complying(GONE);
    const before = await comply();
    const steps = lost.map((step) => `'${step}'`).join();
    await rowsOf(target, (dataset) => `DELETE FROM ${dataset}.compliance_jobs WHERE step IN (${steps})`);
    expect(await comply()).toEqual(before);
    expect(simulator.compliance.jobs).toHaveLength(1);
    expect(await hidden()).toEqual(HIDDEN);
  });

  test('shows again what only jobs before it have hidden, though it ended between the two', async () => {
    const { comply, names, target, hidden } = await complying(GONE);
    await comply();
    await names('10', 'active');
    await comply();
    const older = (dataset: string) =>
      `INSERT INTO ${dataset}.forgotten_accounts (id, reason, forgotten_at, compliance_job) VALUES ('10', 'deleted', CURRENT_TIMESTAMP(), 'job 1')`;
    await rowsOf(target, older);
    await rowsOf(
      target,
      (dataset) => `DELETE FROM ${dataset}.compliance_jobs WHERE step = 'applied' AND name = 'job 2'`,
    );
    expect(await comply()).toMatchObject({ name: 'job 2', hidden: 0, shown_again: 1 });
    expect(await hidden()).toEqual(['11 deactivated']);
  });
});

describe('what is hidden', () => {
  test('stays so through a rerun, and is hidden since the first', async () => {
    const { comply, names, hidden } = await complying(GONE);
    await comply();
    const since = () => warehouse.select("SELECT forgotten_at FROM forgotten_accounts WHERE id = '10'");
    const before = await since();
    await names('10', 'deactivated');
    expect(await comply()).toMatchObject({ hidden: 0, shown_again: 0 });
    expect(await hidden()).toEqual(['10 deactivated', '11 deactivated']);
    expect(await since()).toEqual(before);
  });

  test('stays so while X names it, though the history holds nothing of it any more', async () => {
    const { comply, target, hidden } = await complying({ '99': 'deleted', '10': 'active' });
    const older = (dataset: string) =>
      `INSERT INTO ${dataset}.forgotten_accounts (id, reason, forgotten_at, compliance_job) VALUES ('99', 'deleted', CURRENT_TIMESTAMP(), 'job 0')`;
    await rowsOf(target, older);
    expect(await comply()).toMatchObject({ accounts: 9, shown_again: 0 });
    expect(await hidden()).toEqual(['99 deleted']);
  });

  test('and was scrubbed stays forgotten, whatever X says then', async () => {
    const { comply, names, target, hidden } = await complying(GONE);
    await comply();
    const scrubbed = (dataset: string) =>
      `UPDATE ${dataset}.forgotten_accounts SET scrubbed_at = CURRENT_TIMESTAMP() WHERE id = '10'`;
    await rowsOf(target, scrubbed);
    expect(await comply()).toMatchObject({ hidden: 0, shown_again: 0 });
    await names('10', 'active');
    await names('11', 'active');
    expect(await comply()).toMatchObject({ shown_again: 1 });
    expect(await hidden()).toEqual(['10 deleted']);
  });
});

describe('what X may do', () => {
  test('it has a job of somebody else: nothing is done, and it is said', async () => {
    const { comply, post, hidden, steps } = await complying(GONE);
    await post('/2/compliance/jobs', { type: 'users', name: 'of another program' });
    await expect(comply()).rejects.toThrow(
      /^X has another job of this app, and takes one at a time: run it again/,
    );
    expect(await steps()).toEqual(['job 1 begun', 'job 1 given_up']);
    expect(await hidden()).toEqual([]);
  });

  test.each(['cut', 'truncated'])(
    'its result is %s: that is no result, and it is fetched again',
    async (name) => {
      const { comply, fault, hidden } = await complying(GONE);
      await fault({ name, endpoint: 'GET compliance/jobs/:id/download', times: 2 });
      expect(await comply()).toMatchObject({ step: 'applied', hidden: 2 });
      expect(await hidden()).toEqual(HIDDEN);
    },
  );

  test.each([
    ['cut', {}, /broke off/],
    ['truncated', {}, /line \d+ of its result is no word about an account/],
    ['verbatim', { body: '{"id":"10","action":"delete"}\n' }, /line 1 of its result/],
    ['verbatim', { body: '<!DOCTYPE html>' }, /line 1 of its result/],
  ])('its result is %s (%o) however often: nobody is hidden, and nobody shown', async (name, how, says) => {
    const { comply, fault, names, hidden, steps } = await complying(GONE);
    await comply();
    await names('10', 'active');
    await names('12', 'deleted');
    await fault({ name, ...how, endpoint: 'GET compliance/jobs/:id/download' });
    await expect(comply()).rejects.toThrow(says);
    expect(await hidden()).toEqual(HIDDEN);
    expect((await steps()).at(-1)).toBe('job 2 uploaded');
  });

  test('it answers 503, is at its limit, or cuts the line: it is asked again', async () => {
    const { comply, fault, said, hidden } = await complying(GONE);
    const reset = Math.ceil(systemClock.now() / 1000) + 1;
    await fault({ name: 'unavailable', endpoint: 'POST compliance/jobs', times: 2 });
    await fault({ name: 'cut', endpoint: 'PUT compliance/jobs/:id/submission', times: 1 });
    await fault({ name: 'rate-limited', endpoint: 'GET compliance/jobs/:id', times: 1, rate: { reset } });
    expect(await comply()).toMatchObject({ step: 'applied' });
    expect(said).toContainEqual(expect.stringMatching(/^X allows no more calls until /));
    expect(await hidden()).toEqual(HIDDEN);
  });

  test('it refuses the token: one sentence, in its words, and the job waits', async () => {
    const { comply, fault, steps } = await complying(GONE);
    await fault({ name: 'client-forbidden', endpoint: 'POST compliance/jobs', times: 1 });
    await expect(comply()).rejects.toThrow(/^X refuses \(403: When authenticating requests/);
    expect(await steps()).toEqual(['job 1 begun']);
    expect(await comply()).toMatchObject({ name: 'job 1', step: 'applied' });
  });

  test.each(['failed', 'expired'])('a job %s: the ids are sent with another, once', async (ended) => {
    const { comply, fault, post, steps, hidden } = await complying(GONE);
    await fault({ name: 'client-forbidden', endpoint: 'GET compliance/jobs/:id', times: 1 });
    await expect(comply()).rejects.toThrow('X refuses');
    await post('/_sim/compliance', { ended });
    expect(await comply()).toMatchObject({ name: 'job 2', step: 'applied' });
    expect(await steps()).toContain('job 1 given_up');
    expect(await hidden()).toEqual(HIDDEN);
  });

  test('it names accounts for a reason of which nothing is known: that is said, and they are shown', async () => {
    const { comply, fault, said, hidden } = await complying(GONE);
    const lines = ['10 bounced', '11 deleted'].map((line) => line.split(' '));
    const body = lines.map(([id, reason]) => JSON.stringify({ id, action: 'delete', reason })).join('\n');
    await fault({
      ...{ name: 'verbatim', body: `${body}\n{"id":"x","error":"invalid_id"}\n` },
      endpoint: 'GET compliance/jobs/:id/download',
    });
    await comply();
    expect(said).toContain('X names 1 account as "bounced", of which Dodo knows nothing: they are shown');
    expect(await hidden()).toEqual(['11 deleted']);
  });
});

test('ids go to a store without the token of the app, which is X’s alone', async () => {
  const { comply, post, hidden, simulator } = await complying(GONE);
  await post('/_sim/compliance', { store: 'elsewhere' });
  expect(await comply()).toMatchObject({ step: 'applied' });
  expect(await hidden()).toEqual(HIDDEN);
  expect(Object.keys(simulator.calls.byEndpoint)).toContain('PUT compliance/jobs/:id/submission');
});

test('a token that no header can hold is a failure, in one sentence', () => {
  const patience = { clock: systemClock, deadlineMs: 1, pauseMs: 1, say: () => undefined };
  expect(() => createXJobs('http://127.0.0.1:1', 'two\nlines', patience)).toThrow(
    /^X_BEARER_TOKEN must be one word/,
  );
});

test('a result whose end nobody can tell is no result', async () => {
  const server = createServer((request, response) => {
    request.socket.write('HTTP/1.0 200 OK\r\n\r\n{"id":"10","action":"delete","reason":"deleted"}\n');
    request.socket.end();
    response.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const patience = { clock: systemClock, deadlineMs: 1000, pauseMs: 1, say: () => undefined };
  const job = { id: '1', status: 'complete', upload_url: url, download_url: url } as const;
  await expect(createXJobs(url, TOKEN, patience).result(job)).rejects.toThrow(
    'it does not say where the result ends',
  );
});

import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainRows } from '../../../infra/cli/target/rows.ts';
import { ROOT, startProcess } from '../../../infra/local/process.ts';
import { createBigQuery } from '../../../shared/warehouse/client.ts';
import { until } from '../../support/until.ts';
import { dodo, dodoJson } from '../support/dodo.ts';
import { startLocal } from '../support/killable-stack.ts';
import { emptyDir } from '../support/process.ts';

const PROJECT = 'somebody-elses';

const [theirs, ours] = await Promise.all([emptyDir(), emptyDir()]);
/** Stands where an emulator of Google's would: up before the stack, and none of its processes. */
const startEmulator = (name: string, file: string, ...more: string[]) => {
  const main = join(ROOT, 'infra', 'local', name, 'main.ts');
  return startProcess({ name, args: [main, '--data', join(theirs, file), ...more], logs: theirs });
};
const emulators = await Promise.all([
  startEmulator('pubsub', 'pubsub.sqlite', '--retention-days', '7'),
  startEmulator('bigquery', 'warehouse.duckdb', '--project', PROJECT),
] as const);
const [PUBSUB_EMULATOR_HOST, bigqueryHost] = emulators.map(({ port }) => `127.0.0.1:${port}`) as [
  string,
  string,
];
const BIGQUERY_EMULATOR_HOST = `http://${bigqueryHost}`;
const env = { PUBSUB_EMULATOR_HOST, BIGQUERY_EMULATOR_HOST, GOOGLE_CLOUD_PROJECT: PROJECT };
const warehouse = createBigQuery(env);
afterAll(async () => {
  await Promise.all(emulators.map((emulator) => emulator.stop()));
  await Promise.all([theirs, ours].map((dir) => rm(dir, { recursive: true, force: true })));
});

const STATES = 'SELECT parent_username, state, friends_listed FROM dodo.dispatch_progress';
const COMPLETE = [{ parent_username: 'marta_lindqvist', state: 'complete', friends_listed: 12 }];

describe('dodo local, where emulators are up that the environment names', () => {
  let out: string;
  beforeAll(async () => {
    const stack = await startLocal(ours, { ...env, X_API_BASE_URL: 'http://127.0.0.1:1' });
    // Without the variables: the stack says which endpoints are its own.
    const { code, err } = await dodo(['dispatch', 'marta_lindqvist', '--job', 'emulated'], { data: ours });
    expect({ code, err }).toMatchObject({ code: 0 });
    await until('the scrape is in their warehouse', async () => {
      const [rows] = await warehouse.query(STATES);
      return rows.some(({ state }) => state === 'complete');
    });
    const ended = await stack.interrupt();
    expect(ended.code).toBe(0);
    out = ended.out;
  });

  test('says so, and starts X and the functions only', () => {
    expect(out).toContain(`Pub/Sub      ${PUBSUB_EMULATOR_HOST}  named by PUBSUB_EMULATOR_HOST`);
    expect(out).toContain(`BigQuery     ${BIGQUERY_EMULATOR_HOST}  named by BIGQUERY_EMULATOR_HOST`);
    const started = [...out.matchAll(/^(\w+) +127\.0\.0\.1:\d+ {2}process \d+$/gm)].map(([, name]) => name);
    expect(out).toContain('X_API_BASE_URL (http://127.0.0.1:1) is not used: X is simulated here.');
    expect(started.toSorted()).toEqual(['getmetadata', 'getpage', 'pagedispatch', 'x']);
  });

  test('says what the emulator refuses that only the cloud needs, and goes on', () => {
    expect(out).toContain('The Pub/Sub emulator keeps messages for 7 days, not for 31 as in the cloud');
  });

  test('keeps no messages and no rows of its own', async () => {
    expect((await readdir(ours)).toSorted()).toEqual(['logs']);
  });

  test('leaves them running, with what was scraped', async () => {
    for (const { pid } of emulators) expect(process.kill(pid, 0)).toBe(true);
    const [rows] = await warehouse.query(STATES);
    expect(plainRows(rows)).toEqual(COMPLETE);
  });

  test('and what it left there is read without a stack', async () => {
    expect(await dodoJson(['query', STATES.replace('dodo.', '')], { data: ours, env })).toEqual(COMPLETE);
  });

  test('says which project BigQuery does not have', async () => {
    expect(await dodo(['local'], { data: ours, env: { BIGQUERY_EMULATOR_HOST } })).toEqual({
      code: 1,
      out: '',
      err: `dodo: BigQuery at ${BIGQUERY_EMULATOR_HOST} does not have the project dodo-local. Name the project that it was started with in GOOGLE_CLOUD_PROJECT.\n`,
    });
  });
});

test.each(['local', 'demo'])(
  'dodo %s says so where the emulator that is named does not answer',
  async (command) => {
    // The near end of a connection: its port is taken, and nobody listens there.
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const near = connect(server.address() as { port: number });
    await once(near, 'connect');
    const address = `127.0.0.1:${near.localPort}`;
    const { code, err } = await dodo([command], { data: ours, env: { PUBSUB_EMULATOR_HOST: address } });
    near.destroy();
    server.close();
    const says = `dodo: PUBSUB_EMULATOR_HOST is "${address}", but nothing answers there. Start that emulator, or unset it, and the stack starts its own.\n`;
    expect({ code, err }).toEqual({ code: 1, err: says });
  },
);

const HTTP =
  'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello';
const MISSING = HTTP.replace('200 OK', '404 Not Found');

describe.concurrent('dodo local says within ten seconds that an emulator that is named is none', () => {
  test.each([
    ['PUBSUB_EMULATOR_HOST', 'Pub/Sub', 'answers as a site does', HTTP],
    ['PUBSUB_EMULATOR_HOST', 'Pub/Sub', 'is silent', ''],
    ['BIGQUERY_EMULATOR_HOST', 'BigQuery', 'answers as a site does', HTTP],
    ['BIGQUERY_EMULATOR_HOST', 'BigQuery', 'answers as a site that has no such page', MISSING],
    ['BIGQUERY_EMULATOR_HOST', 'BigQuery', 'is silent', ''],
  ])('%s: no %s, but what %s', async (name, what, _, answer) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => {}));
      if (answer !== '') socket.once('data', () => socket.end(answer));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const address = `${name.startsWith('P') ? '' : 'http://'}127.0.0.1:${port}`;
    const ran = await dodo(['local'], { data: join(ours, `${port}`), env: { [name]: address } });
    for (const socket of sockets) socket.destroy();
    server.close();
    expect(ran).toEqual({
      code: 1,
      out: '',
      err: `dodo: ${name} is "${address}", but what answers there is no ${what}. Name the port of that emulator, or unset it, and the stack starts its own.\n`,
    });
  });
});

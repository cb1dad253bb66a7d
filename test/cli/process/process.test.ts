import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import { startBigQuery } from '../../../infra/local/bigquery/start.ts';
import { DODO, dodoProcess, emptyDir, startDodo } from '../support/process.ts';

const [empty, withSettings] = await Promise.all([emptyDir(), emptyDir()]);
await writeFile(join(withSettings, '.env'), 'PAGE_SIZE=lots\nX_DEADLINE_MS=soon\n');
afterAll(() => Promise.all([empty, withSettings].map((dir) => rm(dir, { recursive: true, force: true }))));

describe.concurrent('dodo as a process', () => {
  test.each([
    ['0 and prints its result to standard output', ['--help'], 0, /^Usage: dodo/, /^$/],
    ['1 and says to standard error what failed', ['status'], 1, /^$/, /^dodo: there is no data in .*\n$/],
    ['2 where it is called wrongly', ['forget'], 2, /^$/, /^dodo: name the accounts to forget\.\n$/],
    [
      '2 where what it reads from standard input is wrong',
      ['estimate', '--file', '-'],
      2,
      /^$/,
      /^dodo: line 1 of /,
    ],
  ])('ends with exit code %s', async (_, args, code, out, err) => {
    const ran = await dodoProcess(args, { cwd: empty, input: 'bob smith\n' });
    expect(ran).toEqual({ code, out: expect.stringMatching(out), err: expect.stringMatching(err) });
  });

  test('ends quietly where nobody reads on', async () => {
    const child = startDodo(['--help']);
    child.stdout.destroy();
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  test.each([{}, { NO_COLOR: '1' }])('has no colour in its help, with %j', async (env) => {
    expect((await dodoProcess(['--help'], { env })).out).not.toContain('\u001b');
  });

  test.each([
    ['none at all', {}],
    ['a key file that is not there', { GOOGLE_APPLICATION_CREDENTIALS: '/nonexistent/key.json' }],
  ])('says what to do where its credentials for Google Cloud are %s', async (_, env) => {
    const { code, err } = await dodoProcess(['dispatch', 'alice', '--project', 'some-project'], { env });
    expect(code).toBe(1);
    expect(err).toMatch(
      /^dodo: no credentials for the Google Cloud project some-project .*gcloud auth application-default login.*\n$/,
    );
  });

  test('reads what a first start has left that was interrupted: there is nothing in it yet', async () => {
    const data = join(empty, 'interrupted');
    await mkdir(data);
    const left = await startBigQuery({ file: join(data, 'warehouse.duckdb'), project: 'dodo-local' });
    await left.close();
    const { code, out, err } = await dodoProcess(['status'], { data });
    expect({ code, out, err }).toEqual({ code: 0, out: expect.stringMatching(/^no runs since /), err: '' });
  });

  test('finds the data of the checkout in a folder of it', async () => {
    const { out } = await dodoProcess(['--help'], { cwd: dirname(DODO) });
    expect(out).toMatch(/\(default:\s+"\.\.\/\.\.\/\.dodo"\)/);
  });

  const OLD = `Object.defineProperty(process.versions, 'node', { value: '18.20.8' });`;
  test.each([
    ['without an install, on an old Node', OLD, [], /^dodo: nothing is installed yet\. Run "npm ci"/],
    ['without an install', '', [], /^dodo: nothing is installed yet\. Run "npm ci"/],
    [
      'after an install without scripts, on an old Node',
      OLD,
      ['commander', 'node'],
      /^dodo: this is Node 18\.20\.8, 24 is needed, .*Run "npm ci --ignore-scripts=false"/,
    ],
  ])('says what to do %s', async (_, before, packages, says) => {
    const checkout = await mkdtemp(join(empty, 'checkout-'));
    const cli = join(checkout, 'infra', 'cli');
    await mkdir(cli, { recursive: true });
    for (const name of packages) await mkdir(join(checkout, 'node_modules', name), { recursive: true });
    await Promise.all([
      copyFile(DODO, join(cli, 'dodo.js')),
      writeFile(join(checkout, 'package.json'), '{"type":"module"}'),
      writeFile(join(checkout, 'before.cjs'), before),
    ]);
    const args = ['--require', join(checkout, 'before.cjs'), join(cli, 'dodo.js'), 'status'];
    const child = spawn(process.execPath, args);
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(says) });
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('takes settings from a file .env, after those of the environment', async () => {
    const starting = { cwd: withSettings, env: { PAGE_SIZE: '100' } };
    const { code, err } = await dodoProcess(['status', '--project', 'p1'], starting);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/^dodo: X_DEADLINE_MS .*"soon"/) });
  });
});

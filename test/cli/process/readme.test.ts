import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemEnvironment } from '../../../shared/config.ts';
import { RetryLater } from '../../../shared/errors.ts';
import { createPubSub } from '../../../shared/pubsub-client.ts';
import { controlEffects } from '../../support/control-effects.ts';
import { startTestStack, type TestStack } from '../../support/stack.ts';
import { dodo } from '../support/dodo.ts';
import { dodoProcess } from '../support/process.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** One that the system chooses. */
async function portOf(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** Answers at a port that the system chose; whoever took that port in between has it, and another is chosen. */
async function startSubscriber(file: string, environment: NodeJS.ProcessEnv) {
  for (;;) {
    const taken = createServer();
    const port = await portOf(taken);
    await new Promise((closed) => taken.close(closed));
    const env = { ...environment, PORT: `${port}` };
    const subscriber = spawn(process.execPath, [file], { env, stdio: 'ignore' });
    const url = `http://127.0.0.1:${port}`;
    const answers = async () => (await fetch(url)).status === 502;
    const isOver = () => subscriber.exitCode !== null;
    await vi.waitUntil(async () => isOver() || (await answers().catch(() => false)), WAIT);
    if (!isOver()) return { subscriber, url };
  }
}

const WAIT = { timeout: 200_000 };
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, part]) => part ?? '');
const wordsOf = (command: string): string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');

describe('the commands that the README shows beside a running stack', () => {
  const [, block = ''] = /```sh\n(npx dodo [\s\S]*?)```/.exec(read('README.md')) ?? [];
  const commands = block.split('\n').filter(Boolean);
  let on: TestStack;
  beforeAll(async () => {
    on = await startTestStack();
    await on.sim('accounts', [{ username: 'follows_seven', friends: 7 }]);
  });
  afterAll(() => on.stop());

  test.each(commands)('%s', async (command) => {
    const [npx, bin, ...args] = wordsOf(command);
    expect([npx, bin]).toEqual(['npx', 'dodo']);
    const { code, out, err } = await dodoProcess(args, { data: on.dir, cwd: ROOT });
    expect({ code, out, err }).toEqual({ code: 0, out: expect.stringMatching(/./), err: '' });
  });

  test('the subscriber posts to a webhook what a list came to', async () => {
    const [, code = ''] = /```js\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
    const file = join(on.dir, 'notify.mjs');
    await writeFile(file, code);
    const posted: { text?: string }[] = [];
    const webhook = createServer(async (request, response) => {
      posted.push((await json(request)) as { text?: string });
      response.end();
    });
    const env = { ...systemEnvironment(), WEBHOOK: `http://127.0.0.1:${await portOf(webhook)}` };
    const { subscriber, url } = await startSubscriber(file, env);
    const pubsub = createPubSub(on.stack.config);
    try {
      const pushConfig = { pushEndpoint: url };
      const [subscription] = await pubsub
        .topic(on.stack.config.TOPIC_CHANGES)
        .createSubscription('notify', { pushConfig, enableMessageOrdering: true });
      await on.bus.publish('pagedispatch', { job: { name: 'told' }, parents: ['follows_seven'] });
      const text = 'follows_seven: complete, 0 followed, 0 no longer listed';
      // Lists of the commands before it are told as well.
      const isTold = () => posted.some((told) => told.text?.startsWith('follows_seven: '));
      await vi.waitUntil(isTold, WAIT);
      expect(posted).toContainEqual({ text });
      // Whoever else calls does not end it.
      for (const _ of [1, 2]) expect((await fetch(url)).status).toBe(502);
      await subscription.delete();
    } finally {
      subscriber.kill();
      webhook.close();
      await pubsub.close();
    }
  });

  const [, controls = ''] = read('README.md').split('### The simulated X');
  const lines = all(controls, /`(curl [^`]+)`/g);

  test('the simulator knows the names to try, and not the one that is nobody’s', async () => {
    const [names = '', nobody = ''] = controls.split(/Nobody\s+is\s+called/);
    const known = all(names, /`(\w+)`/g);
    expect(known.length).toBeGreaterThan(10);
    for (const name of known) expect(await on.sim(`truth?username=${name}`)).toHaveProperty('friends');
    const [unknown] = all(nobody, /`(\w+)`/g);
    await expect(on.sim(`truth?username=${unknown}`)).rejects.toThrow('404');
  });

  test('all of the simulator’s controls that the README shows have an effect that is looked at', () => {
    expect(lines.map((line) => /\$SIM\/(\w+)/.exec(line)?.[1])).toEqual(
      controlEffects.map(([control]) => control),
    );
  });

  test.each(lines.map((line, index) => ({ line, effect: controlEffects[index]?.[1] })))(
    '$line',
    async ({ line, effect }) => {
      const [, address = ''] = /`(SIM=\S+)`/.exec(controls) ?? [];
      const port = `${on.stack.processes.find(({ name }) => name === 'x')?.port}`;
      const typed = `${address.replace('PORT', port)}\n${line}`;
      const env = { ...systemEnvironment(), NO_PROXY: '127.0.0.1' };
      const run = async () => JSON.parse((await promisify(execFile)('sh', ['-c', typed], { env })).stdout);
      await effect?.(run, on);
      expect.hasAssertions();
    },
  );
});

/** What a document, a help text or a hint leaves to whoever types it; a name that is not here fails. */
const PLACEHOLDERS = {
  COMMAND: 'status',
  'PARENT…': 'ewan_mcallister',
  PARENT: 'ewan_mcallister',
  USERNAME: 'city_observer',
  ACCOUNT: 'sunita_rao',
  NAME: 'try-out',
  'ARCHIVE…': 'test/cli/import/samples/day-1.jsonl',
  USD: '100',
  'SELECT …': 'SELECT 1 AS one',
} as const;

/** Stay up until they are stopped, or need a token: test/cli/process proves these. */
const STAYS_UP = /^(local|demo)\b/;

/** What stands for a value in code and in a shell, by the name that it has in README. */
const withPlaceholders = (command: string): string =>
  command
    .replaceAll(/\$\{quoted\((?:\w+\.)?runId\)\}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'RUN')
    .replaceAll(/\$\{username\}|\$\{\w+\.parent_id\}/g, 'USERNAME')
    .replaceAll(/\$\{name\}/g, 'friends')
    .replaceAll(/\$\{anew\..*$/g, 'ACCOUNT')
    .replace(/(?<=^import )following-.*/, 'ARCHIVE…')
    .replace(/ > messages$/, '')
    .replace(/(?<=--message )messages$/, 'FILE');

describe('every command that the README, a help text, a hint or the report shows does what it says', async () => {
  const [, ...helps] = (await dodo(['--help'])).out.split('\nCommands:')[1]?.match(/^ {2}[a-z]+/gm) ?? [];
  const shown = await Promise.all(
    helps.map(
      async (command) => (await dodo([command.trim(), '--help'])).out.split(/\n(?=Examples?:)/)[1] ?? '',
    ),
  );
  const code = globSync('infra/cli/**/*.ts', { cwd: ROOT }).map(read).join('\n');
  const hints = all(code, /commandOn\((?:\w+|\{[^}]*\}), ['`]([^`\n]+?)['`]\)/g);
  const commands = [
    ...all(read('README.md'), /`npx dodo ([^`]+)`/g),
    ...all(shown.join('\n'), /^ {2}npx dodo (.+?)(?: \||$| {2,})/gm),
    ...hints,
  ];
  const unique = [...new Set(commands.map(withPlaceholders))].filter((command) => !STAYS_UP.test(command));
  // Who is forgotten cannot be asked about any more.
  const ordered = [...unique].sort((a, b) => Number(a.startsWith('forget')) - Number(b.startsWith('forget')));
  const known: Record<string, string> = { ...PLACEHOLDERS };
  let on: TestStack;

  beforeAll(async () => {
    on = await startTestStack();
    const { out } = await dodo(['dispatch', 'ewan_mcallister', 'city_observer', '--yes'], { data: on.dir });
    const [, run = ''] = /Watch it: npx dodo status (\S+) --watch/.exec(out) ?? [];
    expect((await dodo(['status', run, '--watch'], { data: on.dir })).code).toBe(0);
    await on.bus.publish(on.stack.config.TOPIC_PAGEDISPATCH, { job: 'no object' });
    const rejected = 'SELECT message_id FROM rejected_messages';
    await vi.waitUntil(async () => (await on.select(rejected)).length === 1, { timeout: 200_000 });
    const [row] = await on.select(rejected);
    const file = join(on.dir, 'message.json');
    await writeFile(file, (await dodo(['republish', run, '--print'], { data: on.dir })).out);
    Object.assign(known, { RUN: run, ID: String(row?.message_id), FILE: file });
  });
  afterAll(() => on.stop());

  test('the log queries ask for fields that the services write', async () => {
    const [, queries = ''] = read('infra/terraform/README.md').split('Three questions to the log');
    const [, block = ''] = /```sh\n([\s\S]*?)```/.exec(queries) ?? [];
    const asked = new Set(all(block, /jsonPayload\.(\w+)/g));
    const lines = globSync(join(on.dir, 'logs', '*.log')).flatMap((file) =>
      readFileSync(file, 'utf8').split('\n'),
    );
    const waits = new RetryLater('X: HTTP 402', { alert: true, cause: 'credits-exhausted' }).stack ?? '';
    const written = [waits, ...lines.filter((line) => line.startsWith('{'))].map((line) => JSON.parse(line));
    expect(asked.size).toBeGreaterThan(3);
    for (const field of asked) expect(written.filter((line) => field in line)).not.toEqual([]);
    expect(written.some((line) => line.runId === known.RUN)).toBe(true);
    const services = all(block, /service_name="(\w+)"/g);
    expect(Object.keys(JSON.parse(read('infra/services.json')))).toEqual(expect.arrayContaining(services));
  });

  test('they are found, and each hint names the data or the project that it is about', () => {
    expect(ordered.length).toBeGreaterThan(30);
    // One function makes hints of words, all of which are seen here; the rest is help, which names no target.
    const calls = all(code, /(?<!const |import \{ )\b(commandOn)\(/g);
    expect(hints).toHaveLength(calls.length);
    const help =
      /\/\*\*[\s\S]*?\*\/|\/\/.*|\.(?:addHelpText|description|argument)\([\s\S]*?\)\n|(?:OF_FILES|HELP) = `[^`]*`/g;
    expect(code.replaceAll(help, '').match(/(?<![\w/-])(?:npx )?dodo [a-z]+.*/g)).toEqual(['dodo report">']);
  });

  test.each(ordered)('npx dodo %s', async (command) => {
    const typed = command
      .replaceAll(/SELECT …|[A-Z]{2,}…?(?![^"]*"$)/g, (name) => known[name] ?? `<${name}>`)
      .replaceAll(/(?<=--out |^export (?!-))/g, `${on.dir}/`);
    expect(typed).not.toMatch(/[<…]/);
    const { code, out, err } = await dodo(wordsOf(typed), { data: on.dir, answers: ['yes'] });
    expect({ code, err, out }).toEqual({
      code: 0,
      err: expect.not.stringMatching(/^dodo: /m),
      out: expect.stringMatching(/./),
    });
  });
});

describe('the commands that the documents name, each with the options that it has', () => {
  const documents = globSync(['*.md', '{.github,infra,test}/**/*.md'], {
    cwd: ROOT,
    exclude: ['**/node_modules/**'],
  });
  const named = documents.flatMap((document) => [
    ...read(document).matchAll(/`(?:npx )?dodo ([a-z]+)([^`]*)`/g),
  ]);
  const uses = Map.groupBy(named, ([, command = '']) => command);

  test.each([...uses])('dodo %s', async (command, texts) => {
    const { code, out } = await dodoProcess([command, '--help']);
    expect([code, out]).toEqual([0, expect.stringContaining(`Usage: dodo ${command}`)]);
    const options = texts.flatMap(([, , rest = '']) => rest.match(/--[a-z-]+/g) ?? []);
    for (const option of options) expect(out).toMatch(new RegExp(`^ +${option}\\b`, 'm'));
  });
});

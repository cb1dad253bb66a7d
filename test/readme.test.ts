import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withSettingsTable } from '../infra/readme/settings-table.ts';
import { dodoProcess } from './cli/support/process.ts';
import { startTestStack, type TestStack } from './support/stack.ts';

const ROOT = join(import.meta.dirname, '..');
const readme = await readFile(join(ROOT, 'README.md'), 'utf8');

test('the table of settings in the README is the one of the code', () => {
  expect(readme).toBe(withSettingsTable(readme));
});

test('every npm script that the README names is there', async () => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const named = [...readme.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name ?? '');
  expect(named.length).toBeGreaterThan(3);
  for (const name of named) expect(Object.keys(scripts)).toContain(name);
});

describe('the commands that the README shows beside a running stack', () => {
  const [, block = ''] = /```sh\n(npx dodo [\s\S]*?)```/.exec(readme) ?? [];
  const commands = block.split('\n').filter(Boolean);
  let on: TestStack;
  beforeAll(async () => {
    on = await startTestStack();
  });
  afterAll(() => on.stop());

  test.each(commands)('%s', async (command) => {
    const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
    const [npx, dodo, ...args] = words;
    expect([npx, dodo]).toEqual(['npx', 'dodo']);
    const { code, out, err } = await dodoProcess(args, { data: on.dir, cwd: ROOT });
    expect({ code, out, err }).toEqual({ code: 0, out: expect.stringMatching(/./), err: '' });
  });
});

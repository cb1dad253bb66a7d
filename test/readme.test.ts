import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dodoProcess } from './cli/support/process.ts';
import { startTestStack, type TestStack } from './support/stack.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

describe('the commands that the README shows beside a running stack', () => {
  const [, block = ''] = /```sh\n(npx dodo [\s\S]*?)```/.exec(read('README.md')) ?? [];
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

import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestStack, type TestStack } from './support/stack.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** What `npx dodo …` prints. */
async function printed(args: string[]): Promise<string> {
  const script = join(ROOT, 'infra', 'cli', 'dodo.js');
  return (await promisify(execFile)(process.execPath, [script, ...args], { cwd: ROOT })).stdout;
}

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
    expect(await printed(['--data', on.dir, ...args])).not.toBe('');
  });
});

describe('the commands that the documents name, with their options', () => {
  const documents = globSync(['*.md', '{.github,infra,test}/**/*.md'], {
    cwd: ROOT,
    exclude: ['**/node_modules/**'],
  });
  const named = documents.flatMap((document) => [
    ...read(document).matchAll(/`(?:npx )?dodo ([a-z]+)([^`]*)`/g),
  ]);
  const options = Map.groupBy(
    named.map(([, command = '', rest = '']) => ({ command, given: rest.match(/--[a-z-]+/g) ?? [] })),
    ({ command }) => command,
  );

  test.each([...options])('dodo %s', async (command, uses) => {
    const help = await printed([command, '--help']);
    expect(help).toMatch(new RegExp(`^Usage: dodo ${command}\\b`));
    for (const { given } of uses)
      for (const option of given) expect(help).toMatch(new RegExp(`^ +${option}\\b`, 'm'));
  });
});

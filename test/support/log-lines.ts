import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestStack } from './stack.ts';

export type LogLine = Record<string, unknown> & { severity?: string; message?: string };

/** What a process of the stack has logged so far, those of earlier starts on the same data included. */
export async function logLines(on: TestStack, service: string): Promise<LogLine[]> {
  const text = await readFile(join(on.dir, 'logs', `${service}.log`), 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

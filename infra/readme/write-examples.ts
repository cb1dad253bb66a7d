/** `npm run examples`: runs the demo in a folder of its own, and puts each example's rows into EXAMPLES.md. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../local/process.ts';
import { EXAMPLES_FILE, examplesIn, markdownTable, withTables } from './examples.ts';

const data = await mkdtemp(join(tmpdir(), 'dodo-examples-'));
const dodo = async (...args: string[]): Promise<string> => {
  const script = join(ROOT, 'infra', 'cli', 'dodo.js');
  return (await promisify(execFile)(process.execPath, [script, ...args, '--data', data])).stdout;
};
try {
  await dodo('demo');
  const markdown = await readFile(EXAMPLES_FILE, 'utf8');
  const tables: string[] = [];
  // One after another: the warehouse's file is of one process at a time.
  for (const { sql } of examplesIn(markdown))
    tables.push(markdownTable(JSON.parse(await dodo('query', sql, '--json'))));
  await writeFile(EXAMPLES_FILE, withTables(markdown, tables));
} finally {
  await rm(data, { recursive: true });
}

import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** An archive that twarc2 has written: `day-1`, `day-2` (with errors), `day-3`; `day-2.flattened`, `day-3.flattened`. */
export const sample = (name: string): string => join(import.meta.dirname, 'samples', `${name}.jsonl`);

/** The parent of the samples, and whom X names on day 2 without listing them. */
export const PARENT = '1100000000793984206';
export const UNLISTED = '1480010571968222882';

export const sampleLines = (name: string): string[] =>
  readFileSync(sample(name), 'utf8').trimEnd().split('\n');

/** A file with that content, which goes with the test. */
export async function archive(content: string | Buffer): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'dodo-archive-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const file = join(dir, 'archive.jsonl');
  await writeFile(file, content);
  return file;
}

export const archiveOf = (...lines: string[]): Promise<string> => archive(`${lines.join('\n')}\n`);

/** An answer of X as twarc2 writes it: of nobody, unless told otherwise. */
export function pageLine({
  parent = PARENT,
  token,
  next,
  at = '2024-05-01T12:00:00+00:00',
  friends = [],
  more = {},
}: {
  parent?: string;
  token?: string;
  next?: string;
  at?: string;
  friends?: string[];
  more?: object;
} = {}): string {
  const asked = token === undefined ? '' : `&pagination_token=${token}`;
  return JSON.stringify({
    ...(friends.length > 0 && { data: friends.map((id) => ({ id, username: `user${id}`, name: `N${id}` })) }),
    meta: { result_count: friends.length, ...(next !== undefined && { next_token: next }) },
    ...more,
    __twarc: {
      url: `https://api.twitter.com/2/users/${parent}/following?max_results=1000${asked}`,
      ...{ version: '2.14.0', retrieved_at: at },
    },
  });
}

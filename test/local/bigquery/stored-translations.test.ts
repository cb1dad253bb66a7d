import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it, vi } from 'vitest';
import { dataFile, standInProcess } from '../support/process.ts';
import { clientOf, PROJECT } from './client.ts';

const VIEW = 'SELECT n + 1 AS more FROM lab.source';

/** A process of its own with a view, and what that shows. */
async function shownBy(source: { schema: string } | { view: string }) {
  const { url } = await standInProcess(
    'bigquery',
    '--data',
    await dataFile('w.duckdb'),
    '--project',
    PROJECT,
  );
  const bigquery = clientOf(url);
  const [dataset] = await bigquery.createDataset('lab');
  await dataset.createTable('source', source);
  if ('schema' in source) await dataset.table('source').insert([{ n: 1 }]);
  await dataset.createTable('shown', { view: VIEW });
  const [rows] = await bigquery.query('SELECT more FROM lab.shown');
  return rows[0].more;
}

it('a view that another process has translated is not translated again, unless what it reads is something else', async () => {
  const folder = dirname(await dataFile('compiled'));
  vi.stubEnv('NODE_COMPILE_CACHE', folder);
  const stored = () => globSync(`${folder}/**/translations/*.json`);
  expect(await shownBy({ schema: 'n:INTEGER' })).toBe(2);
  expect(stored()).toHaveLength(1);
  const [file = ''] = stored();
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replaceAll('1::BIGINT', '41::BIGINT'));
  expect(await shownBy({ schema: 'n:INTEGER' })).toBe(42);
  expect(await shownBy({ view: 'SELECT 5 AS n' })).toBe(6);
  writeFileSync(file, text.slice(1));
  expect(await shownBy({ schema: 'n:INTEGER' })).toBe(2);
});

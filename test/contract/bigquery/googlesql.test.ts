import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { bigQueryUnderTest } from '../support/bigquery.ts';

const linesOf = (name: string) =>
  readFileSync(`${import.meta.dirname}/${name}`, 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));

const cases: [sql: string, rows: unknown][] = [];
const lines = linesOf('googlesql.txt');
for (let line = lines.shift(); line; line = lines.shift()) {
  const [expression, value] = line.split(' => ');
  if (value) cases.push([`SELECT ${expression}`, [{ f0_: JSON.parse(value) }]]);
  else cases.push([line, JSON.parse(lines.shift() ?? '')]);
}

const schema = [
  { name: 'id', type: 'INTEGER', mode: 'REQUIRED' },
  ...Object.entries({ parent: 'STRING', n: 'FLOAT', cost: 'NUMERIC', ok: 'BOOLEAN', day: 'DATE' }).map(
    ([name, type]) => ({ name, type }),
  ),
  { name: 'seen_at', type: 'TIMESTAMP' },
  { name: 'tags', type: 'STRING', mode: 'REPEATED' },
  {
    ...{ name: 'friends', type: 'RECORD', mode: 'REPEATED' },
    fields: [
      { name: 'id', type: 'STRING' },
      { name: 'position', type: 'INTEGER' },
    ],
  },
  { name: 'note', type: 'STRING' },
];

const on = await bigQueryUnderTest();
beforeAll(async () => {
  await on.dataset.createTable('pages', { schema });
  await on.insert('pages', ...linesOf('pages.jsonl').map((line) => JSON.parse(line)));
});

// https://cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax
describe('GoogleSQL gives the rows that BigQuery gives', () => {
  test.each(cases)('%s', async (sql, rows) => {
    const query = sql.replaceAll('PROJECT', on.project).replaceAll('DATASET', on.dataset.id ?? '');
    expect(await on.rowsOf(query)).toEqual(rows);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { describeView } from '../../infra/deploy/describe-views.ts';
import { columnDescriptions } from '../../infra/deploy/view-descriptions.ts';
import { readConfig } from '../../shared/config.ts';
import { createBigQuery } from '../../shared/warehouse/client.ts';
import { ROOT } from './support/configuration.ts';
import { startTablesApi } from './support/tables-api.ts';

const SQL = `-- One row per account: this is no column.
--
-- id: X account id.
-- seen_at: When it was seen: by day.
SELECT 1 AS id -- note: not a column`;

let stop = async () => {};
afterEach(() => stop());

test('the comment at the top of a view describes its columns, and nothing after it does', () => {
  expect([...columnDescriptions(SQL)]).toEqual([
    ['id', 'X account id.'],
    ['seen_at', 'When it was seen: by day.'],
  ]);
});

test('a line that describes no column is a mistake', () => {
  expect(() => columnDescriptions('-- Rows.\n--\n-- id X account id\nSELECT 1')).toThrow(
    'describes no column',
  );
});

test('every view that we ship describes every column in one line that BigQuery takes', () => {
  const folder = join(ROOT, 'infra', 'bigquery', 'views');
  for (const file of readdirSync(folder)) {
    const descriptions = columnDescriptions(readFileSync(join(folder, file), 'utf8'));
    expect([file, descriptions.size]).not.toEqual([file, 0]);
    // https://cloud.google.com/bigquery/quotas#standard_tables
    for (const text of descriptions.values()) expect(text.length).toBeLessThanOrEqual(1024);
  }
});

test("a view's columns get their descriptions and keep BigQuery's types; a second time nothing is sent", async () => {
  const fields = [
    { name: 'id', type: 'STRING' },
    { name: 'seen_at', type: 'TIMESTAMP', description: 'Old.' },
  ];
  const api = await startTablesApi(() => fields);
  stop = api.stop;
  const bigquery = await createBigQuery(readConfig({ BIGQUERY_EMULATOR_HOST: api.address }));
  const describeIt = () => describeView(bigquery, 'dodo', 'accounts', columnDescriptions(SQL));

  expect(await describeIt()).toBe('described');
  expect(api.patched.get('accounts')).toEqual([
    { name: 'id', type: 'STRING', description: 'X account id.' },
    { name: 'seen_at', type: 'TIMESTAMP', description: 'When it was seen: by day.' },
  ]);
  api.patched.get('accounts')?.push();
  expect(await describeIt()).toBe('unchanged');
});

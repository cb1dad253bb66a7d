import { afterEach, expect, test } from 'vitest';
import { viewComment } from '../../infra/bigquery/view-comment.ts';
import { describeView } from '../../infra/deploy/describe-views.ts';
import { readConfig } from '../../shared/config.ts';
import { createBigQuery } from '../../shared/warehouse/client.ts';
import { startTablesApi } from './support/tables-api.ts';

const SQL = `-- One row per account:
-- this is no column.
--
-- id: X account id.
-- seen_at: When it was seen: by day.
SELECT 1 AS id -- note: not a column`;

let stop = async () => {};
afterEach(() => stop());

test('the comment at the top of a view says what a row is and describes its columns; nothing after it does', () => {
  const { description, columns } = viewComment(SQL);
  expect(description).toBe('One row per account: this is no column.');
  expect([...columns]).toEqual([
    ['id', 'X account id.'],
    ['seen_at', 'When it was seen: by day.'],
  ]);
});

test('a line that describes no column is a mistake', () => {
  expect(() => viewComment('-- Rows.\n--\n-- id X account id\nSELECT 1')).toThrow('describes no column');
});

test('a view gets its descriptions and keeps the types of BigQuery; a second time nothing is sent', async () => {
  const api = await startTablesApi(() => [
    { name: 'id', type: 'STRING' },
    { name: 'seen_at', type: 'TIMESTAMP', description: 'Old.' },
  ]);
  stop = api.stop;
  const bigquery = await createBigQuery(readConfig({ BIGQUERY_EMULATOR_HOST: api.address }));
  const describeIt = () => describeView(bigquery, 'dodo', { name: 'accounts', ...viewComment(SQL) });

  expect(await describeIt()).toBe('described');
  expect(api.patched.get('accounts')).toEqual({
    description: 'One row per account: this is no column.',
    schema: {
      fields: [
        { name: 'id', type: 'STRING', description: 'X account id.' },
        { name: 'seen_at', type: 'TIMESTAMP', description: 'When it was seen: by day.' },
      ],
    },
  });
  expect(await describeIt()).toBe('unchanged');
});

import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { startBigQuery } from '../../../infra/local/bigquery/start.ts';
import { clientOf, PROJECT } from './client.ts';

const server = await startBigQuery({ file: ':memory:', project: PROJECT });
const bigquery = clientOf(server.url);
const [dataset] = await bigquery.createDataset('lab');
afterAll(() => server.close());

/** What the client does not let through: requests as they are on the wire. */
const post = async (path: string, request: object) => {
  const body = JSON.stringify(request);
  const response = await fetch(`${server.url}/projects/${PROJECT}/${path}`, { method: 'POST', body });
  return (await response.json()) as { rows: { f: { v: string }[] }[]; totalRows: string; pageToken?: string };
};
const ask = (query: string, more = {}) => post('queries', { query, useLegacySql: false, ...more });
const count = async (table: string) => (await bigquery.query(`SELECT COUNT(*) AS n FROM lab.${table}`))[0];

it('the address is good with and without /bigquery/v2, as BIGQUERY_EMULATOR_HOST is used raw', async () => {
  for (const prefix of ['', '/bigquery/v2'])
    expect((await fetch(`${server.url}${prefix}/projects/${PROJECT}/datasets`)).status).toBe(200);
});

it('a gzipped body is read', async () => {
  await dataset.createTable('zipped', { schema: 'id:INTEGER' });
  const url = `${server.url}/projects/${PROJECT}/datasets/lab/tables/zipped/insertAll`;
  const body = gzipSync(JSON.stringify({ rows: [{ json: { id: 1 } }] }));
  await fetch(url, { method: 'POST', body, headers: { 'content-encoding': 'gzip' } });
  expect(await count('zipped')).toEqual([{ n: 1 }]);
});

it('a request far above the limit gets the page of what stands before BigQuery', async () => {
  const body = 'x'.repeat(30_000_000);
  const response = await fetch(`${server.url}/projects/${PROJECT}/queries`, { method: 'POST', body });
  expect([response.status, response.headers.get('content-type')]).toEqual([413, 'text/html']);
});

it('times come as seconds or microseconds, as the request says', async () => {
  const query = `SELECT TIMESTAMP '2026-01-02 00:00:00.5'`;
  const { rows } = await ask(query, { formatOptions: { useInt64Timestamp: true } });
  expect([rows, (await ask(query)).rows]).toEqual([
    [{ f: [{ v: '1767312000500000' }] }],
    [{ f: [{ v: '1767312000.5' }] }],
  ]);
});

it('results come in pages of about 10 MB where nobody says how many rows', async () => {
  const page = await ask(`SELECT x, FORMAT('%0100000d', x) FROM UNNEST(GENERATE_ARRAY(1, 250)) AS x`);
  expect(page).toMatchObject({ totalRows: '250', pageToken: expect.any(String) });
  expect(page.rows.length).toBeGreaterThan(90);
  expect(page.rows.length).toBeLessThan(110);
});

it('a request that is sent again under its id runs once', async () => {
  await dataset.createTable('sent', { schema: 'a:INTEGER' });
  const send = () => ask('INSERT INTO lab.sent (a) VALUES (1)', { requestId: 'r' });
  await Promise.all([send(), send(), send()]);
  expect(await count('sent')).toEqual([{ n: 1 }]);
});

it('writes do not wait for a query that reads', async () => {
  const [table] = await dataset.createTable('busy', { schema: 'a:INTEGER' });
  const done: string[] = [];
  const numbers = 'UNNEST(GENERATE_ARRAY(1, 12000))';
  const long = bigquery
    .query(`SELECT COUNT(*) AS n FROM ${numbers} AS a, ${numbers} AS b WHERE a * b > 7`)
    .then(() => done.push('long'));
  await Promise.all([1, 2, 3].map((a) => table.insert({ a })));
  expect(done).toEqual([]);
  await long;
});

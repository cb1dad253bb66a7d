import type { TableField } from '@google-cloud/bigquery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBigQuery } from '../../../infra/local/bigquery/start.ts';
import { clientOf, PROJECT } from './client.ts';

const server = await startBigQuery({ file: ':memory:', project: PROJECT });
const bigquery = clientOf(server.url);

beforeAll(async () => {
  const [dataset] = await bigquery.createDataset('lab');
  const columns = `id INTEGER, parent STRING, n FLOAT, ok BOOLEAN, day DATE, seen_at TIMESTAMP, note STRING`;
  const fields: TableField[] = columns.split(', ').map((column) => {
    const [name = '', type = ''] = column.split(' ');
    return { name, type };
  });
  fields.push({ name: 'tags', type: 'STRING', mode: 'REPEATED' });
  const friend = [{ name: 'id', type: 'STRING' }];
  fields.push({ name: 'friends', type: 'RECORD', mode: 'REPEATED', fields: friend });
  const [table] = await dataset.createTable('pages', { schema: { fields } });
  await table.insert({ id: 1, seen_at: '2026-01-31', tags: ['x'] });
});
afterAll(() => server.close());

/** GoogleSQL that BigQuery takes, or takes otherwise, and what the refusal names. */
const REFUSED: [query: string, named: string][] = [
  ['SELECT FARM_FINGERPRINT("x")', 'the function FARM_FINGERPRINT'],
  ['SELECT SAFE.PARSE_DATE("%F", "x")', 'the function SAFE.PARSE_DATE'],
  ['SELECT NET.HOST("x")', 'METHOD_CALL'],
  ['SELECT APPROX_QUANTILES(id, id) FROM pages', 'APPROX_QUANTILES whose number is no literal'],
  ['SELECT APPROX_QUANTILES(id, 2 RESPECT NULLS) FROM pages', 'RESPECT NULLS in APPROX_QUANTILES'],
  ['SELECT MAX_BY(id, n) OVER () FROM pages', 'the function MAX_BY with OVER'],
  ['SELECT APPROX_TOP_COUNT(id, 2) FROM pages', 'the function APPROX_TOP_COUNT'],
  ['SELECT PERCENTILE_CONT(n, 0.5) OVER () FROM pages', 'the function PERCENTILE_CONT'],
  ['SELECT _CAST_INT64("1")', 'the function _CAST_INT64'],
  ['SELECT list_value(1)', 'the function LIST_VALUE'],
  ['SELECT STDDEV(DISTINCT n) FROM pages', 'DISTINCT in STDDEV'],
  ['SELECT REGEXP_EXTRACT("ba", "(a)?b")', 'REGEXP_EXTRACT of a group that may be left out'],
  ['SELECT REGEXP_EXTRACT("aa", "a", 1, 2)', 'these arguments of the function REGEXP_EXTRACT'],
  ['SELECT JSON_EXTRACT("{}", "$.a")', 'JSON_EXTRACT'],
  ['SELECT ANY_VALUE(id HAVING MAX n) FROM pages', 'HAVING_MAX in ANY_VALUE'],
  ['SELECT STRING_AGG(parent LIMIT 1) FROM pages', 'LIMIT in STRING_AGG'],
  ['SELECT parent FROM pages GROUP BY ROLLUP(parent)', 'the function ROLLUP'],
  ['SELECT * FROM pages PIVOT(SUM(id) FOR parent IN ("a", "b"))', 'PIVOT'],
  ['SELECT * FROM pages TABLESAMPLE SYSTEM (10 PERCENT)', 'TABLE_SAMPLE in TABLE'],
  ['SELECT * FROM pages FOR SYSTEM_TIME AS OF "2026-01-01"', 'SYSTEM_TIME in TABLE'],
  ['SELECT id FROM `lab.pages_*`', 'wildcard tables'],
  ['SELECT job_id FROM lab.INFORMATION_SCHEMA.JOBS', 'INFORMATION_SCHEMA.JOBS'],
  ['WITH RECURSIVE a AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM a) SELECT x FROM a', 'RECURSIVE in WITH'],
  ['SELECT 1 UNION SELECT 2', 'UNION without DISTINCT or ALL'],
  ['SELECT 1 AS a UNION ALL BY NAME SELECT 2 AS a', 'BY_NAME in UNION'],
  ['SELECT AS VALUE id FROM pages', 'SELECT AS VALUE'],
  ['SELECT * FROM pages, UNNEST(friends) AS f', '* beside UNNEST'],
  [
    'SELECT id FROM pages AS p WHERE EXISTS(SELECT 1 FROM UNNEST(p.friends) AS f WHERE id = "f1")',
    'the bare name id beside UNNEST',
  ],
  ['SELECT tags[0] FROM pages', 'an array index without OFFSET'],
  ['SELECT STRUCT(1, 2)', 'a STRUCT whose fields have no names'],
  ['SELECT id FROM pages WHERE parent LIKE ANY ("a", "b")', 'QUANTIFIER in LIKE'],
  ['SELECT id FROM pages ORDER BY parent COLLATE "und:ci"', 'COLLATION'],
  ['SELECT id FROM pages WHERE id = ANY(SELECT 1)', 'ANY'],
  ['SELECT COUNT(*) FILTER (WHERE ok) FROM pages', 'FILTER in COUNT'],
  ['SELECT 7 % 2', 'MOD'],
  ['SELECT 1 << 2', 'BITWISE_LEFT_SHIFT'],
  ['SELECT 1 WHERE DATE "2026-01-02" - DATE "2026-01-01" IS NOT NULL', 'DATE - DATE'],
  ['SELECT DATE("2026-01-02")', 'DATE(STRING)'],
  ['SELECT DATE_TRUNC(seen_at, DAY) FROM pages', 'a date function of TIMESTAMP WITH TIME ZONE'],
  ['SELECT TIMESTAMP_TRUNC(seen_at, DAY, "Europe/Berlin") FROM pages', 'TIMESTAMP_TRUNC with a time zone'],
  ['SELECT DATE_TRUNC(day, WEEK(FRIDAY)) FROM pages', 'DATE_TRUNC WEEK(FRIDAY)'],
  ['SELECT DATE_DIFF(day, day, ISOYEAR) FROM pages', 'DATE_DIFF ISOYEAR'],
  ['SELECT TIMESTAMP_DIFF(seen_at, seen_at, MONTH) FROM pages', 'TIMESTAMP_DIFF MONTH'],
  ['SELECT EXTRACT(WEEK FROM day) FROM pages', 'EXTRACT WEEK'],
  ['SELECT EXTRACT(ISOWEEK FROM day) FROM pages', 'ISOWEEK'],
  ['SELECT EXTRACT(DAY FROM seen_at - seen_at) FROM pages', 'EXTRACT from INTERVAL'],
  ['SELECT seen_at - seen_at FROM pages', 'a result of type INTERVAL'],
  ['SELECT INTERVAL "1-2" YEAR TO MONTH', 'an interval of several units'],
  [
    'SELECT GENERATE_DATE_ARRAY(DATE "2026-01-31", DATE "2026-03-31", INTERVAL 1 MONTH)',
    'GENERATE_DATE_ARRAY by Month',
  ],
  ['SELECT FORMAT_TIMESTAMP("%Z", seen_at) FROM pages', 'the format element %Z'],
  ['SELECT FORMAT_TIMESTAMP(note, seen_at) FROM pages', 'a time format that is no literal'],
  ['SELECT FORMAT("%t", id) FROM pages', 'the format element %t'],
  ['SELECT FORMAT(note, id) FROM pages', 'a FORMAT that is no literal'],
  ['SELECT TO_JSON_STRING(STRUCT(seen_at)) FROM pages', 'TO_JSON_STRING of'],
  ['SELECT CAST(tags AS STRING) FROM pages', 'CAST AS STRING of VARCHAR[]'],
  ['SELECT CAST("1" AS BIGNUMERIC)', 'the function CAST_BIGNUMERIC'],
  ['SELECT CAST(1 AS STRING FORMAT "9")', 'FORMAT in CAST'],
  ['SELECT ARRAY<INT64>[1, 2]', 'CAST_ARRAY'],
  [`SELECT b'x'`, 'a literal of type byte_string'],
  [String.raw`SELECT 'a' || r'\u' || '\u00e4'`, String.raw`the escape \u in a string`],
  [String.raw`SELECT "\101"`, String.raw`the escape \1 in a string`],
  ['SELECT f.id FROM pages AS p, p.friends AS f', 'p.friends without UNNEST'],
  ['SELECT @@time_zone', '@@time_zone'],
  ['SELECT 1; SELECT 2', 'scripts of several statements'],
  ['DECLARE x INT64 DEFAULT 1', 'DECLARE'],
  ['CREATE TABLE lab.t (a INT64)', 'CREATE_TABLE'],
  ['CREATE MATERIALIZED VIEW lab.v AS SELECT 1 AS a', 'CREATE_VIEW'],
  ['ALTER TABLE lab.pages ADD COLUMN a INT64', 'ALTER_TABLE'],
  ['DROP TABLE lab.pages', 'DROP_TABLE'],
  ['TRUNCATE TABLE lab.pages', 'TRUNCATE'],
  ['DELETE FROM lab.pages', 'DELETE without WHERE'],
  ['UPDATE lab.pages SET id = 1', 'UPDATE without WHERE'],
  ['MERGE lab.pages USING (SELECT 1 AS id) AS s ON FALSE WHEN NOT MATCHED THEN INSERT ROW', 'INSERT ROW'],
];

/** As BigQuery refuses a query, in words that name the cause. */
async function isRefused(asking: Promise<unknown>, ...named: string[]) {
  await expect(asking).rejects.toMatchObject({ code: 400, errors: [{ reason: 'invalidQuery' }] });
  for (const name of named) await expect(asking).rejects.toThrow(name);
}

describe('GoogleSQL that is not translated is refused by name', () => {
  it.each(REFUSED)('%s', async (query, named) => {
    const refusal = bigquery.query({ query, defaultDataset: { datasetId: 'lab' } });
    await isRefused(refusal, 'the local warehouse does not translate', named, 'BigQuery may know it');
  });
});

describe('what the stand-in has no answer to is refused', () => {
  const dataset = bigquery.dataset('lab');
  const legacy = { query: 'SELECT 1 AS a', useLegacySql: true };
  const positional = { query: 'SELECT ?', params: [1] };
  it.each<[string, () => Promise<unknown>, string]>([
    ['a type that it does not have', () => dataset.createTable('p', { schema: 'a:GEOGRAPHY' }), 'GEOGRAPHY'],
    ['legacy SQL', () => bigquery.query(legacy), 'legacy SQL'],
    ['legacy SQL in a view', () => dataset.createTable('v', { view: legacy }), 'legacy SQL'],
    ['positional parameters', () => bigquery.query(positional), 'positional parameters'],
    ['pipes', () => bigquery.query('FROM lab.pages |> SELECT id'), 'does not understand this'],
  ])('%s', (_, ask, named) => isRefused(ask(), named));

  it('another project', async () => {
    expect((await fetch(`${server.url}/projects/elsewhere/datasets`)).status).toBe(404);
    const inQuery = bigquery.query('SELECT 1 FROM other.lab.pages');
    await expect(inQuery).rejects.toMatchObject({ code: 404, errors: [{ reason: 'notFound' }] });
  });

  it('a web page, and broken JSON', async () => {
    const post = (body: string, headers = {}) =>
      fetch(`${server.url}/projects/${PROJECT}/queries`, { method: 'POST', body, headers });
    expect((await post('{}', { origin: 'https://example.com' })).status).toBe(403);
    expect((await post('{"query":')).status).toBe(400);
  });
});

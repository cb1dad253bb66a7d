import type { QueryRowsResponse } from '@google-cloud/bigquery';
import { describe, expect, test } from 'vitest';
import { bigQueryUnderTest, failure } from '../support/bigquery.ts';

const on = await bigQueryUnderTest();

// https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs
describe('a job', () => {
  test('tells what it was, and its id is used once', async () => {
    const jobId = `job_${on.dataset.id}`;
    const [job] = await on.bigquery.createQueryJob({ query: 'SELECT 1 AS a', jobId });
    const [metadata] = await job.getMetadata();
    const schema = { fields: [{ name: 'a', type: 'INTEGER' }] };
    expect(metadata).toMatchObject({
      status: { state: 'DONE' },
      statistics: { query: { statementType: 'SELECT', schema } },
    });
    const again = on.bigquery.createQueryJob({ query: 'SELECT 2 AS a', jobId });
    await expect(again).rejects.toMatchObject(failure(409, 'duplicate'));
  });

  // "If you generate a job ID, … you can use it to make sure that a job is not run twice":
  // https://cloud.google.com/bigquery/docs/running-jobs#generate-jobid
  test('that changes rows under an id that was given does so once, and the second try finds the first', async () => {
    await on.dataset.createTable('once', { schema: 'a:INTEGER' });
    const jobId = `insert_${on.dataset.id}`;
    const query = `INSERT INTO ${on.dataset.id}.once (a) VALUES (1), (2)`;
    const tries = await Promise.allSettled([1, 2, 3].map(() => on.bigquery.createQueryJob({ query, jobId })));
    const codes = tries.map((each) => (each.status === 'fulfilled' ? 200 : each.reason.code));
    expect(codes.sort()).toEqual([200, 409, 409]);
    const first = on.bigquery.job(jobId);
    expect((await first.getQueryResults())[0]).toEqual([]);
    const [metadata] = await first.getMetadata();
    expect(metadata).toMatchObject({
      status: { state: 'DONE' },
      statistics: { query: { statementType: 'INSERT', numDmlAffectedRows: '2' } },
    });
    expect(await on.rowsOf('SELECT a FROM once ORDER BY a')).toEqual([{ a: 1 }, { a: 2 }]);
  });

  // https://github.com/googleapis/google-cloud-php/issues/1971: a job is not retried under its id
  test('that failed keeps its id and tells why', async () => {
    await on.dataset.createTable('failed', { schema: 'a:INTEGER' });
    const jobId = `failed_${on.dataset.id}`;
    const insert = (value: string) => {
      const query = `INSERT INTO ${on.dataset.id}.failed (a) SELECT CAST(${value} AS INT64)`;
      return on.bigquery.createQueryJob({ query, jobId }).then(([job]) => job.getQueryResults());
    };
    await expect(insert(`'x'`)).rejects.toMatchObject(failure(400, 'invalidQuery'));
    await expect(insert(`'1'`)).rejects.toMatchObject(failure(409, 'duplicate'));
    const [{ status }] = await on.bigquery.job(jobId).getMetadata();
    const errorResult = { reason: 'invalidQuery', message: expect.stringContaining('Bad int64 value: x') };
    expect(status).toMatchObject({ state: 'DONE', errorResult });
    expect(await on.rowsOf('SELECT a FROM failed')).toEqual([]);
  });

  // https://cloud.google.com/bigquery/docs/running-queries#dry-run
  test('that runs dry tells the columns and does nothing', async () => {
    await on.dataset.createTable('dry', { schema: 'a:INTEGER' });
    const query = `SELECT a AS b FROM ${on.dataset.id}.dry`;
    const [job] = await on.bigquery.createQueryJob({ query, dryRun: true });
    expect(job.metadata.statistics.query.schema.fields).toMatchObject([{ name: 'b', type: 'INTEGER' }]);
    const insert = `INSERT INTO ${on.dataset.id}.dry (a) VALUES (1)`;
    await on.bigquery.createQueryJob({ query: insert, dryRun: true });
    expect(await on.rowsOf('SELECT a FROM dry')).toEqual([]);
  });
});

const ROWS = 5000;
const QUERY = `SELECT x FROM UNNEST(GENERATE_ARRAY(1, ${ROWS})) AS x ORDER BY x`;
const expected = Array.from({ length: ROWS }, (_, at) => ({ x: at + 1 }));

// https://cloud.google.com/bigquery/docs/paging-results
describe('results', () => {
  test('come page by page, complete and in order', async () => {
    const [job] = await on.bigquery.createQueryJob({ query: QUERY });
    const pages: unknown[][] = [];
    for (let next: object | null = { maxResults: 1700 }; next; ) {
      const page: QueryRowsResponse = await job.getQueryResults({ ...next, autoPaginate: false });
      pages.push(page[0]);
      next = page[1] ?? null;
    }
    expect(pages.map((rows) => rows.length)).toEqual([1700, 1700, 1600]);
    expect(pages.flat()).toEqual(expected);
  });

  test('come whole where nobody asks for pages', async () => {
    expect(await on.rowsOf(QUERY)).toEqual(expected);
    const streamed: unknown[] = [];
    for await (const row of on.bigquery.createQueryStream(QUERY)) streamed.push(row);
    expect(streamed).toEqual(expected);
  });

  // One answer has a largest size, of rows as well as of bytes.
  test('of more than one answer can hold come whole all the same', async () => {
    const wide = `SELECT x, FORMAT('%0100000d', x) AS wide FROM UNNEST(GENERATE_ARRAY(1, 250)) AS x ORDER BY x`;
    const rows = (await on.rowsOf(wide)) as { x: number; wide: string }[];
    expect(rows.map(({ x }) => x)).toEqual(Array.from({ length: 250 }, (_, at) => at + 1));
    expect(new Set(rows.map((row) => row.wide.length))).toEqual(new Set([100_000]));
  });

  // https://cloud.google.com/bigquery/docs/reference/rest/v2/tabledata/list
  test('of a table come page by page', async () => {
    const [table] = await on.dataset.createTable('listed', { schema: 'id:INTEGER' });
    await on.insert('listed', { id: 1 }, { id: 2 });
    const [first, next] = await table.getRows({ maxResults: 1, autoPaginate: false });
    const [second, end] = await table.getRows({ ...(next as object), autoPaginate: false });
    expect([...first, ...second].map((row) => row.id).toSorted()).toEqual([1, 2]);
    expect(end).toBeNull();
  });
});

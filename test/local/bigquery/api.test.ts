import type { TableField } from '@google-cloud/bigquery';
import { afterAll, describe, expect, it } from 'vitest';
import { startBigQuery } from '../../../infra/local/bigquery/start.ts';
import { DrivenClock } from '../../support/driven-clock.ts';
import { clientOf, PROJECT, plain } from './client.ts';

const clock = new DrivenClock(Date.UTC(2026, 0, 15, 12));
const server = await startBigQuery({ file: ':memory:', project: PROJECT, clock });
const bigquery = clientOf(server.url);
afterAll(() => server.close());

const rowsOf = async (query: string) => (await bigquery.query(query))[0].map(plain);
const fails = (code: number, reason: string, message: string | RegExp) => ({
  code,
  errors: [{ reason }],
  message: expect.stringMatching(message),
});

describe('datasets', () => {
  it('are created, found, listed, and created only once', async () => {
    const [dataset] = await bigquery.createDataset('first');
    expect(await dataset.exists()).toEqual([true]);
    const [metadata] = await dataset.getMetadata();
    expect(metadata).toMatchObject({
      id: `${PROJECT}:first`,
      datasetReference: { projectId: PROJECT, datasetId: 'first' },
      creationTime: String(Date.UTC(2026, 0, 15, 12)),
    });
    const [listed] = await bigquery.getDatasets();
    expect(listed.map(({ id }) => id)).toContain('first');
    await expect(bigquery.createDataset('first')).rejects.toMatchObject(
      fails(409, 'duplicate', 'Already Exists'),
    );
    await expect(bigquery.createDataset('no/name')).rejects.toMatchObject(
      fails(400, 'invalid', 'Invalid dataset'),
    );
  });

  it('are created once where two requests come side by side', async () => {
    const results = await Promise.allSettled([1, 2, 3].map(() => bigquery.createDataset('contended')));
    const codes = results.map((each) => (each.status === 'fulfilled' ? 200 : each.reason.code));
    expect(codes.sort()).toEqual([200, 409, 409]);
  });

  it('are deleted when they are empty, or with what they hold', async () => {
    const [dataset] = await bigquery.createDataset('short_lived');
    await dataset.createTable('t', { schema: 'a:INTEGER' });
    await expect(dataset.delete()).rejects.toMatchObject(fails(400, 'resourceInUse', 'still in use'));
    await dataset.delete({ force: true });
    expect(await dataset.exists()).toEqual([false]);
    await expect(dataset.get()).rejects.toMatchObject(fails(404, 'notFound', 'Not found: Dataset'));
    await bigquery.createDataset('short_lived');
    expect((await bigquery.dataset('short_lived').getTables())[0]).toEqual([]);
  });
});

describe('tables', () => {
  const schema = [
    { name: 'id', type: 'STRING', mode: 'REQUIRED', description: 'Which.' },
    { name: 'at', type: 'TIMESTAMP', mode: 'NULLABLE' },
    { name: 'tags', type: 'STRING', mode: 'REPEATED' },
    {
      name: 'friends',
      type: 'RECORD',
      mode: 'REPEATED',
      fields: [{ name: 'id', type: 'STRING', mode: 'NULLABLE' }],
    },
  ];

  it('keep schema, description, partitioning and clustering as they were given', async () => {
    const [dataset] = await bigquery.createDataset('tables');
    const given = {
      schema: { fields: schema },
      description: 'Pages.',
      timePartitioning: { type: 'DAY', field: 'at' },
      clustering: { fields: ['id'] },
    };
    const [table] = await dataset.createTable('pages', given);
    const [metadata] = await table.getMetadata();
    expect(metadata).toMatchObject({ ...given, type: 'TABLE', id: `${PROJECT}:tables.pages` });
    const [listed] = await dataset.getTables();
    expect(listed.map(({ id }) => id)).toEqual(['pages']);
    await expect(dataset.createTable('pages', given)).rejects.toMatchObject(
      fails(409, 'duplicate', 'Already Exists'),
    );
    await expect(dataset.table('none').get()).rejects.toMatchObject(
      fails(404, 'notFound', 'Not found: Table'),
    );
    await expect(rowsOf('SELECT 1 FROM tables.none')).rejects.toMatchObject(
      fails(404, 'notFound', 'tables.none'),
    );
    await expect(rowsOf('SELECT 1 FROM none.t')).rejects.toMatchObject(fails(404, 'notFound', 'Dataset'));
    await expect(rowsOf('SELECT 1 FROM t')).rejects.toMatchObject(fails(400, 'invalid', 'must be qualified'));
    await expect(rowsOf('SELECT 1 FROM other.tables.pages')).rejects.toMatchObject(
      fails(404, 'notFound', 'Project'),
    );
  });

  it('get more columns, also inside of records, and lose none', async () => {
    const table = bigquery.dataset('tables').table('pages');
    await table.insert({ id: 'old', friends: [{ id: 'f' }] });
    const [id, at, tags, friends] = schema;
    const grown = {
      ...friends,
      fields: [...(friends?.fields ?? []), { name: 'name', type: 'STRING', mode: 'NULLABLE' }],
    };
    const more = { name: 'more', type: 'INTEGER', mode: 'REPEATED' };
    await table.setMetadata({
      schema: { fields: [id, at, tags, grown, more] as TableField[] },
      description: 'More.',
    });
    await table.insert({ id: 'new', friends: [{ id: 'f', name: 'n' }], more: [1] });
    const [metadata] = await table.getMetadata();
    expect(metadata).toMatchObject({ description: 'More.', clustering: { fields: ['id'] } });
    expect(metadata.schema.fields).toEqual([id, at, tags, grown, more]);
    expect(
      await rowsOf('SELECT id, friends, more, ARRAY_LENGTH(more) AS n FROM tables.pages ORDER BY id DESC'),
    ).toEqual([
      { id: 'old', friends: [{ id: 'f', name: null }], more: [], n: 0 },
      { id: 'new', friends: [{ id: 'f', name: 'n' }], more: [1], n: 1 },
    ]);
    const withFields = (fields: object[]) => table.setMetadata({ schema: { fields } });
    await expect(withFields([id as object])).rejects.toMatchObject(
      fails(400, 'invalid', 'missing in new schema'),
    );
    const retyped = { ...at, type: 'DATE' };
    await expect(withFields([id as object, retyped, tags as object, grown, more])).rejects.toMatchObject(
      fails(400, 'invalid', 'changed type'),
    );
    const required = { name: 'x', type: 'STRING', mode: 'REQUIRED' };
    await expect(withFields([...metadata.schema.fields, required])).rejects.toMatchObject(
      fails(400, 'invalid', 'required'),
    );
  });

  it('are deleted', async () => {
    const table = bigquery.dataset('tables').table('pages');
    await table.delete();
    expect(await table.exists()).toEqual([false]);
    await expect(rowsOf('SELECT id FROM tables.pages')).rejects.toMatchObject(
      fails(404, 'notFound', 'Table'),
    );
  });

  it('have no columns of types that are not imitated', async () => {
    const creation = bigquery.dataset('tables').createTable('places', { schema: 'where:GEOGRAPHY' });
    await expect(creation).rejects.toMatchObject(
      fails(400, 'invalidQuery', 'does not translate the type GEOGRAPHY'),
    );
  });
});

describe('views', () => {
  it('know their columns, read from each other, and are replaced', async () => {
    const [dataset] = await bigquery.createDataset('views');
    const [table] = await dataset.createTable('pages', { schema: 'id:INTEGER,parent:STRING' });
    await table.insert([
      { id: 1, parent: 'a' },
      { id: 2, parent: 'b' },
    ]);
    const [view] = await dataset.createTable('parents', {
      view: `SELECT parent AS name, COUNT(*) AS pages FROM \`${PROJECT}.views\`.pages GROUP BY name`,
    });
    await dataset.createTable('names', { view: 'SELECT name FROM views.parents WHERE pages > 0' });
    const [metadata] = await view.getMetadata();
    expect(metadata.type).toBe('VIEW');
    expect(metadata.schema.fields).toMatchObject([
      { name: 'name', type: 'STRING' },
      { name: 'pages', type: 'INTEGER' },
    ]);
    expect(await rowsOf('SELECT name FROM views.names ORDER BY name')).toEqual([
      { name: 'a' },
      { name: 'b' },
    ]);
    await view.setMetadata({ view: 'SELECT "c" AS name, 1 AS pages' });
    expect(await rowsOf('SELECT name FROM views.names')).toEqual([{ name: 'c' }]);
    await bigquery.query('CREATE OR REPLACE VIEW views.parents AS SELECT "d" AS name, 1 AS pages;');
    expect(await rowsOf('SELECT n.name FROM `views.names` AS n')).toEqual([{ name: 'd' }]);
    await bigquery.query(`CREATE VIEW \`${PROJECT}.views.fresh\` AS SELECT 1 AS one`);
    expect(await rowsOf('SELECT one FROM views.fresh')).toEqual([{ one: 1 }]);
    await expect(bigquery.query('CREATE VIEW views.fresh AS SELECT 1 AS one')).rejects.toMatchObject(
      fails(409, 'duplicate', 'Already Exists'),
    );
  });

  it('keep the descriptions of their columns', async () => {
    const view = bigquery.dataset('views').table('fresh');
    const [{ schema }] = await view.getMetadata();
    const [one] = schema.fields;
    await view.setMetadata({
      description: 'Ones.',
      schema: { fields: [{ ...one, description: 'The one.' }] },
    });
    const [metadata] = await view.getMetadata();
    expect(metadata).toMatchObject({ description: 'Ones.', view: { query: 'SELECT 1 AS one' } });
    expect(metadata.schema.fields).toMatchObject([{ name: 'one', description: 'The one.' }]);
  });

  it('are refused where their text is wrong, or not qualified', async () => {
    const dataset = bigquery.dataset('views');
    const create = (view: string) => dataset.createTable('bad', { view });
    await expect(create('SELECT nope FROM views.pages')).rejects.toMatchObject(
      fails(400, 'invalidQuery', 'nope'),
    );
    await expect(create('SELECT id FROM pages')).rejects.toMatchObject(
      fails(400, 'invalid', 'must be qualified'),
    );
    const legacy = dataset.createTable('bad', { view: { query: 'SELECT 1 AS a', useLegacySql: true } });
    await expect(legacy).rejects.toMatchObject(fails(400, 'invalidQuery', 'legacy SQL'));
    expect(await dataset.table('bad').exists()).toEqual([false]);
  });

  it('use the time of the query', async () => {
    await bigquery.query(
      'CREATE VIEW views.today AS SELECT CURRENT_DATE() AS day, CURRENT_TIMESTAMP() AS at_once',
    );
    expect(await rowsOf('SELECT day, at_once FROM views.today')).toEqual([
      { day: '2026-01-15', at_once: '2026-01-15T12:00:00.000Z' },
    ]);
    await clock.advance(24 * 3_600_000);
    expect(await rowsOf('SELECT day FROM views.today')).toEqual([{ day: '2026-01-16' }]);
  });
});

describe('the address', () => {
  it('is good with and without /bigquery/v2, as BIGQUERY_EMULATOR_HOST is used raw', async () => {
    for (const prefix of ['', '/bigquery/v2']) {
      const response = await fetch(`${server.url}${prefix}/projects/${PROJECT}/datasets`);
      expect(response.status).toBe(200);
    }
    const elsewhere = await fetch(`${server.url}/projects/elsewhere/datasets`);
    expect(elsewhere.status).toBe(404);
  });

  it('answers no web page, no broken JSON, and no request above 12 MB', async () => {
    const post = (body: string, headers = {}) =>
      fetch(`${server.url}/projects/${PROJECT}/queries`, { method: 'POST', body, headers });
    expect((await post('{}', { origin: 'https://example.com' })).status).toBe(403);
    expect((await post('{"query":')).status).toBe(400);
    expect((await post(JSON.stringify({ query: 'x'.repeat(12 * 1024 * 1024) }))).status).toBe(413);
  });
});

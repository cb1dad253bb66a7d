import { afterAll, expect, it } from 'vitest';
import { datasetInSql, viewFiles } from '../../../infra/bigquery/files.ts';
import { provision } from '../../../infra/local/bigquery/provision.ts';
import { startBigQuery } from '../../../infra/local/bigquery/start.ts';
import { page } from '../../views/rows.ts';
import { clientOf, PROJECT } from './client.ts';

const server = await startBigQuery({ file: ':memory:', project: PROJECT });
const bigquery = clientOf(server.url);
const dataset = bigquery.dataset('dodo');
afterAll(() => server.close());

const metadataOf = async (name: string) => (await dataset.table(name).getMetadata())[0];

it('makes the tables and views of infra/bigquery, with their descriptions', async () => {
  await provision(bigquery, 'dodo');
  const pages = await metadataOf('completed_scrapes');
  expect(pages).toMatchObject({
    type: 'TABLE',
    timePartitioning: { type: 'DAY', field: 'dispatched_at' },
    clustering: { fields: ['parent_id', 'dispatch_id'] },
  });
  const friends = await metadataOf('friends');
  expect(friends).toMatchObject({ type: 'VIEW', description: expect.stringMatching(/./) });
  expect(friends.view.query).toContain(`\`${PROJECT}\`.\`dodo\`.`);
  for (const { name, description } of friends.schema.fields)
    expect([name, description]).toEqual([name, expect.stringMatching(/./)]);
  const [rows] = await bigquery.query('SELECT COUNT(*) AS n FROM dodo.friend_changes');
  expect(rows).toEqual([{ n: 0 }]);
});

it('asks for the dataset before it makes one: an emulator may not take a second for what is there', async () => {
  const asked: string[] = [];
  const other = clientOf(server.url);
  other.interceptors.push({
    // The client types the options of every request as those without an address.
    request: (given) => {
      const options = given as typeof given & { uri: string };
      asked.push(`${options.method ?? 'GET'} ${options.uri.split(/[/?]/).at(-1)}`);
      return options;
    },
  });
  await provision(other, 'dodo');
  expect(asked).toContain('GET dodo');
  expect(asked).not.toContain('POST datasets');
});

it.each(['acme-12c1', 'acme-7f', 'acme-1e5', 'all-hands', 'group-7', 'my-group'])(
  'gives every view of the project %s its rows',
  async (project) => {
    const other = await startBigQuery({ file: ':memory:', project });
    const client = clientOf(other.url, project);
    await provision(client, 'dodo');
    for (const { name } of viewFiles()) {
      const inSql = datasetInSql(project, 'dodo');
      expect((await client.query(`SELECT COUNT(*) AS n FROM ${inSql}.${name}`))[0]).toEqual([{ n: 0 }]);
    }
    await other.close();
  },
);

it('changes nothing when it is done again, and is quick', async () => {
  const [before] = await dataset.getTables();
  const started = performance.now();
  await provision(bigquery, 'dodo');
  console.log(`second provision: ${Math.round(performance.now() - started)} ms`);
  const [after] = await dataset.getTables();
  expect(after.map(({ metadata }) => metadata)).toEqual(before.map(({ metadata }) => metadata));
});

it('adds the columns that are missing, and brings views up to date', async () => {
  const other = bigquery.dataset('older');
  await other.create();
  const { schema } = await metadataOf('dispatches');
  const older = schema.fields.filter(({ name }: { name: string }) => name !== 'origin' && name !== 'reason');
  await other.createTable('dispatches', { schema: { fields: older } });
  await provision(bigquery, 'older');
  const names = ({ fields }: { fields: { name: string }[] }) => fields.map(({ name }) => name).sort();
  const [grown] = await other.table('dispatches').getMetadata();
  expect(names(grown.schema)).toEqual(names(schema));
  const view = other.table('daily_cost');
  const [{ view: shipped }] = await view.getMetadata();
  await view.setMetadata({ view: 'SELECT 1 AS old' });
  await provision(bigquery, 'older');
  expect((await view.getMetadata())[0].view).toEqual(shipped);
});

it('lets views be read while the first row of their table is stored', async () => {
  await provision(bigquery, 'dodo');
  const { schema } = await metadataOf('completed_scrapes');
  const friends = Array.from({ length: 300 }, (_, id) => `${id}`);
  let isStored = false;
  const readAllTheWhile = async () => {
    for (let isLast = false; !isLast; ) {
      isLast = isStored;
      await bigquery.query("SELECT * FROM dodo.friends WHERE parent_username = 'parent2'");
    }
  };
  // It is a matter of moments: two of five rounds would fail.
  for (let round = 0; round < 15; round++) {
    await dataset.table('completed_scrapes').delete();
    await dataset.createTable('completed_scrapes', { schema });
    isStored = false;
    const readers = [readAllTheWhile(), readAllTheWhile(), readAllTheWhile()];
    await dataset.table('completed_scrapes').insert([page({ dispatch: 'd', fetch: 'f', friends, at: 5 })]);
    isStored = true;
    await Promise.all(readers);
  }
});

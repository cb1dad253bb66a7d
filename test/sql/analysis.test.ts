import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { datasetInSql, sqlIn, viewFiles } from '../../infra/bigquery/files.ts';
import { catalogOf, shippedTables, shippedViews, type Tables } from './shipped.ts';
import { isQuery, SENT, SHIPPED, unqualified } from './texts.ts';
import { startZetaSql, type ZetaSql } from './zetasql.ts';

let zetasql: ZetaSql;
let catalog: Tables;
beforeAll(async () => {
  zetasql = await startZetaSql();
  catalog = await catalogOf(zetasql);
});
afterAll(() => zetasql?.stop());

describe("Google's analyzer accepts", () => {
  test.each(shippedViews())('the view $name', async ({ sql }) => {
    await expect(zetasql.analyze({ sql, tables: catalog })).resolves.not.toEqual([]);
  });

  test.each([...SENT, ...SHIPPED])('$name', async (text) => {
    const query = { sql: unqualified(text), tables: catalog, params: text.params };
    if (isQuery(query.sql)) await expect(zetasql.analyze(query)).resolves.not.toEqual([]);
    else await expect(zetasql.analyzeStatement(query)).resolves.toBeUndefined();
  });
});

/** Project ids that are no names without backticks, and two that are. */
const PROJECTS = ['acme-12c1', 'acme-7f', 'acme-1e5', 'all-hands', 'group-7', 'my-group'];
const PLAIN = ['dodo-local', 'acme-449812'];

describe.each([...PROJECTS, ...PLAIN])('as it is deployed to the project %s', (project) => {
  const inSql = datasetInSql(project, 'dodo');
  const deployed = () => {
    const dodo = { name: 'dodo', tables: catalog };
    return { tables: [], catalogs: [{ name: project, tables: [], catalogs: [dodo] }] };
  };

  test.each(viewFiles())('the view $name is accepted', async (view) => {
    await expect(zetasql.analyze({ sql: sqlIn(inSql, view), ...deployed() })).resolves.not.toEqual([]);
  });

  test('so is the watch for stalled dispatches', async () => {
    const [{ sql } = expect.fail()] = SHIPPED.filter(({ name }) => name.endsWith('stalled.sql'));
    await expect(zetasql.analyze({ sql: sql(inSql), ...deployed() })).resolves.not.toEqual([]);
  });

  test(`without backticks it is ${PLAIN.includes(project) ? 'a name too' : 'none'}`, async () => {
    const bare = zetasql.analyze({ sql: `SELECT 1 FROM ${project}.dodo.dispatches`, ...deployed() });
    if (PLAIN.includes(project)) await expect(bare).resolves.not.toEqual([]);
    else await expect(bare).rejects.toThrow('Syntax error');
  });
});

test('the texts of services and commands are found', () => {
  expect(SENT.length).toBeGreaterThan(30);
});

describe('and refuses', () => {
  test.each([
    ['a column that is not there', 'SELECT parent FROM friends'],
    ['an alias used beside its definition', 'SELECT 1 + 1 AS two, two + 1 AS three'],
    ['text compared with a number', "SELECT '1' = 1"],
    ['a UNION that does not say which', 'SELECT 1 UNION SELECT 2'],
    ['a column that is neither grouped nor aggregated', 'SELECT parent_id, COUNT(*) FROM friends'],
    ['a parameter of another type', 'SELECT 1 FROM friends WHERE friend_id = @since'],
    ["a function of the local stack's engine", 'SELECT list_contains([1], 1)'],
  ])('%s', async (_, sql) => {
    const query = { sql, tables: catalog, params: [{ name: 'since', type: { type: 'TIMESTAMP' } }] };
    await expect(zetasql.analyze(query)).rejects.toThrow('INVALID_ARGUMENT');
  });

  test('an UPDATE of a column that is not there', async () => {
    const query = { sql: "UPDATE dispatches SET parent = 'x' WHERE TRUE", tables: shippedTables() };
    await expect(zetasql.analyzeStatement(query)).rejects.toThrow('INVALID_ARGUMENT');
  });
});

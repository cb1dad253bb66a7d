import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANALYSED_ONLY, PROVIDED, paramsOf } from './providers.ts';
import { catalogOf, shippedTables, shippedViews, type Tables } from './shipped.ts';
import { startZetaSql, type ZetaSql } from './zetasql.ts';

const ROOT = `${import.meta.dirname}/../..`;

let zetasql: ZetaSql;
let catalog: Tables;
beforeAll(async () => {
  zetasql = await startZetaSql();
  catalog = await catalogOf(zetasql);
});
afterAll(() => zetasql?.stop());

/** Texts name a table as DATASET.TABLE; the engine is given tables without a dataset. */
const unqualified = (sql: (dataset: string) => string) => sql('DATASET').replaceAll('DATASET.', '');

describe("Google's analyzer accepts", () => {
  test.each(shippedViews())('the view $name', async ({ sql }) => {
    await expect(zetasql.analyze({ sql, tables: catalog })).resolves.not.toEqual([]);
  });

  test.each([...PROVIDED, ...ANALYSED_ONLY])('what is sent by $name', async (provided) => {
    const query = { sql: unqualified(provided.sql), tables: catalog, params: paramsOf(provided) };
    if (/^\s*(WITH|SELECT)\b/.test(query.sql)) await expect(zetasql.analyze(query)).resolves.not.toEqual([]);
    else await expect(zetasql.analyzeStatement(query)).resolves.toBeUndefined();
  });
});

test('every SQL text of services and commands is on the list', () => {
  const list = readFileSync(`${import.meta.dirname}/providers.ts`, 'utf8');
  const exported = ['shared', 'functions', 'infra/cli', 'infra/deploy'].flatMap((folder) =>
    readdirSync(`${ROOT}/${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && file !== 'report/queries.ts')
      .flatMap((file) => [
        ...readFileSync(`${ROOT}/${folder}/${file}`, 'utf8').matchAll(
          /export (?:const|function) (\w+Sql)\b/g,
        ),
      ])
      .map(([, name]) => name ?? ''),
  );
  expect(exported.length).toBeGreaterThan(8);
  expect(exported.filter((name) => !list.includes(name))).toEqual([]);
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

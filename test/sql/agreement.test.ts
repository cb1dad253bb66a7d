import { BigQuery } from '@google-cloud/bigquery';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { history } from '../views/history.ts';
import { COMPLIANCE_JOB, rowsOfAll } from '../views/history-rows.ts';
import { DAY, minutesAgo, NOW_MS, type Plain, type Row } from '../views/rows.ts';
import { emptyWarehouse, openWarehouse, VIEWS, type Warehouse } from '../views/warehouse.ts';
import { EXPRESSIONS, withData } from './expressions.ts';
import { catalogOf, evaluateViews, type Tables } from './shipped.ts';
import { isQuery, SENT, type Text, unqualified } from './texts.ts';
import { startZetaSql, type ZetaSql } from './zetasql.ts';

const HISTORIES = 25;
const SEED = 7;

let zetasql: ZetaSql;
let catalog: Tables;
let local: Warehouse;
/** All rows of tables and views, as the reference evaluator has them. */
let reference: Record<string, Row[]>;

openWarehouse();
beforeAll(async () => {
  zetasql = await startZetaSql();
  catalog = await catalogOf(zetasql);
  const rows = rowsOfAll(fc.sample(history, { seed: SEED, numRuns: HISTORIES }), NOW_MS);
  local = await emptyWarehouse();
  await local.load(rows);
  reference = await evaluateViews(zetasql, catalog, rows);
});
afterAll(() => zetasql?.stop());

const texts = (rows: Row[] | undefined) => (rows ?? []).map((row) => JSON.stringify(row)).sort();

test.each(VIEWS)("the local stack shows in %s what Google's evaluator shows", async (view) => {
  const shown = texts(await local.rows(view));
  expect(shown.length).toBeGreaterThan(HISTORIES);
  expect(shown).toEqual(texts(reference[view]));
});

/** Values that occur in the histories, by the name of the parameter. A text with another parameter needs one here. */
function valuesFor({ name }: Text): Record<string, string | string[] | null> {
  const complete = (reference.dispatch_progress ?? []).filter(
    (row) => row.state === 'complete' && row.status === 'dispatched',
  );
  const of = (column: string, rows = complete) => [...new Set(rows.map((row) => String(row[column])))];
  const observed = (reference.account_metadata ?? []).find(({ role }) => role === 'vanished_friend');
  const [plan] = complete;
  const one = (column: string, row = plan) => String(row?.[column]);
  const isOfAnswers = name.includes('saidForSql');
  const isOfMetadata = name.includes('metadataOfDispatchSql');
  // So that each list names some of the rows and not others, as commands do.
  const fewOf = (column: string, rows = complete) => of(column, rows).filter((_, at) => at % 4 === 0);
  const { forgotten_accounts: forgotten } = reference;
  const isOfForgotten = name.includes('forgottenNamedSql');
  const job = name.includes('infra/cli/comply/') ? COMPLIANCE_JOB : one('job');
  return {
    ...{ since: minutesAgo(90 * DAY), until: minutesAgo(-DAY) },
    ...{ day: minutesAgo(60 * DAY), next_day: minutesAgo(-DAY), made_before: minutesAgo(0) },
    ...{ at: minutesAgo(0), base_at: minutesAgo(0), price: '0.01' },
    ...{ run_id: one('run_id'), run_ids: of('run_id').slice(0, 4) },
    ...{ dispatch_id: one('dispatch_id', isOfMetadata ? observed : plan) },
    dispatch_ids: isOfAnswers ? of('dispatch_id', reference.account_metadata) : of('dispatch_id').slice(0, 4),
    ...{ parent_ids: of('parent_id').slice(0, 4) },
    ...{ parent: one('parent_id'), parent_id: one('parent_id'), parents: of('parent_id') },
    ids: isOfForgotten ? of('id', forgotten) : fewOf('friend_id', reference.friends),
    usernames: (isOfForgotten ? of('username', forgotten) : fewOf('parent_username')).map(lower),
    id: isOfMetadata ? one('requested_id', observed) : one('run_id'),
    username: isOfMetadata ? null : lower(one('parent_username')),
    ...{ role: 'vanished_friend', message_id: null, job, at: minutesAgo(0) },
  };
}

const lower = (text: string) => text.toLowerCase();

const queries = SENT.filter((text) => isQuery(unqualified(text)));

test.each(queries)("and gives by $name the rows that Google's evaluator gives", async (text) => {
  const values = valuesFor(text);
  const params = text.params.map((param) => ({ ...param, value: values[param.name] ?? null }));
  expect(params.filter(({ name }) => !(name in values))).toEqual([]);
  const sql = unqualified(text);
  const tables = catalog.filter(({ name }) => new RegExp(`\\b${name}\\b`).test(sql));
  const expected = await zetasql.evaluate({ sql, tables, params }, reference);
  // Of messages that could not be used there are none in the histories.
  if (!sql.includes('rejected_messages')) expect(expected).not.toEqual([]);
  expect(texts(await local.query(text.sql, sent(params), typesOf(params)))).toEqual(texts(expected));
});

test.each(EXPRESSIONS)("and by %s what Google's evaluator gives", async (sql, asked = sql) => {
  const expected = await zetasql.evaluate({ sql: withData(asked), tables: [] }, {});
  expect(texts(await local.query(() => withData(sql)))).toEqual(texts(expected));
});

type Param = Text['params'][number] & { value: Plain };

/** As the client wants them: it sends a TIMESTAMP that is given as text as NULL, without a word. */
const sent = (params: Param[]): Record<string, unknown> =>
  Object.fromEntries(
    params.map(({ name, type, value }) => [
      name,
      type.type === 'TIMESTAMP' ? BigQuery.timestamp(String(value)) : value,
    ]),
  );

const typesOf = (params: Param[]): object =>
  Object.fromEntries(params.map(({ name, type }) => [name, type.mode ? [type.type] : type.type]));

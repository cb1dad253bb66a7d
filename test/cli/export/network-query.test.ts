import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { networkQuery, type Shape } from '../../../infra/cli/export/network-query.ts';
import { timestampOf } from '../../../shared/warehouse/timestamps.ts';
import { history } from '../../views/history.ts';
import { rowsOfAll } from '../../views/history-rows.ts';
import { NOW_MS, type Row, type Rows } from '../../views/rows.ts';
import { emptyWarehouse, openWarehouse, type Warehouse } from '../../views/warehouse.ts';

const HISTORIES = 40;
/** Minutes before the end of the histories, in which reads are some 140 minutes apart. */
const TIMES = [4500, 2800, 1500, 700];

openWarehouse();

async function edgesOf(warehouse: Warehouse, kind: Shape['kind'], atMs?: number): Promise<Row[]> {
  const shape = { kind, isOfSomeParents: false, isOfThen: atMs !== undefined };
  const at = atMs === undefined ? {} : { at: timestampOf(atMs) };
  const rows = await warehouse.query(networkQuery(shape), at, {
    ...(atMs !== undefined && { at: 'TIMESTAMP' }),
  });
  return rows.filter(({ kind: of }) => of !== 'node');
}

const until = (rows: Rows, atMs: number): Rows => ({
  ...rows,
  completed_scrapes: rows.completed_scrapes.filter((row) => Date.parse(String(row.completed_at)) <= atMs),
});

const seed = fc.sample(fc.noBias(fc.integer()), 1)[0] ?? 0;
const rows = rowsOfAll(fc.sample(history, { seed, numRuns: HISTORIES }), NOW_MS);

test('a network of then has what current_friends had when no later page was stored', async () => {
  const times = TIMES.map((minutes) => NOW_MS - minutes * 60_000);
  const shownThen: Row[][] = [];
  for (const atMs of times) {
    const warehouse = await emptyWarehouse();
    await warehouse.load(until(rows, atMs));
    shownThen.push(await warehouse.rows('current_friends', 'parent_id, friend_id'));
  }
  const warehouse = await emptyWarehouse();
  await warehouse.load(rows);
  const now = await warehouse.rows('current_friends', 'parent_id, friend_id');
  for (const [index, atMs] of times.entries()) {
    const edges = await edgesOf(warehouse, 'list', atMs);
    const shown = shownThen[index] ?? [];
    expect(shown.length, `seed ${seed}`).toBeGreaterThan(HISTORIES / 4);
    const columns = [
      'parent_id',
      'friend_id',
      'friend_username',
      'friend_description',
      'last_seen_at',
      'is_carried',
    ];
    expect(
      edges.map((row) => [
        row.source,
        row.target,
        row.target_username,
        row.target_description,
        row.last_seen_at,
        row.is_carried,
      ]),
      `seed ${seed}, ${TIMES[index]} minutes ago`,
    ).toEqual(shown.map((row) => columns.map((column) => row[column])));
    expect(shown).not.toEqual(now);
  }
});

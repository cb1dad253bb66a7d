import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { networkQuery, type Shape } from '../../../infra/cli/export/network-query.ts';
import { timestampOf } from '../../../shared/warehouse/timestamps.ts';
import { history } from '../../views/history.ts';
import { rowsOfAll } from '../../views/history-rows.ts';
import { NOW_MS, type Plain, type Row, type Rows } from '../../views/rows.ts';
import { emptyWarehouse, openWarehouse, type Warehouse } from '../../views/warehouse.ts';

const HISTORIES = 40;
/** Of times more is asked. */
const FEWER = 12;
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

/** An edge, as "parent friend". */
const pairOf = ({ parent_id, friend_id }: Row) => `${parent_id} ${friend_id}`;

/** When reads that ended returned each friend: from the first time to the last, anew after each departure. */
async function spellsBy(warehouse: Warehouse): Promise<Map<string, [Plain, Plain][]>> {
  const ended = new Set(
    (await warehouse.rows('scrape_history'))
      .filter(({ in_chain, chain_ended }) => in_chain && chain_ended)
      .map(({ dispatched_at, dispatch_id }) => `${dispatched_at} ${dispatch_id}`),
  );
  const departures = Map.groupBy(
    (await warehouse.rows('friend_changes')).filter(({ change }) => change === 'no_longer_listed'),
    pairOf,
  );
  const seen = (await warehouse.rows('friends', 'completed_at')).filter(({ dispatched_at, dispatch_id }) =>
    ended.has(`${dispatched_at} ${dispatch_id}`),
  );
  return new Map(
    [...Map.groupBy(seen, pairOf)].map(([pair, sightings]) => {
      const before = ({ completed_at }: Row) =>
        (departures.get(pair) ?? []).filter(({ not_after }) => String(not_after) < String(completed_at))
          .length;
      const spells = [...Map.groupBy(sightings, before).values()];
      return [pair, spells.map((of) => [of[0]?.completed_at ?? null, of.at(-1)?.completed_at ?? null])];
    }),
  );
}

test('the times of its edges are those of the reads that returned them, with a gap at each departure', async () => {
  const warehouse = await emptyWarehouse();
  await warehouse.load(rowsOfAll(fc.sample(history, { seed, numRuns: FEWER }), NOW_MS));
  const expected = await spellsBy(warehouse);
  const current = new Set((await warehouse.rows('current_friends')).map(pairOf));
  const edges = await edgesOf(warehouse, 'history');
  const shown = edges.map(({ source, target, spell_starts, spell_ends }) => {
    const [starts, ends] = [spell_starts as string[], spell_ends as string[]];
    return [`${source} ${target}`, starts.map((start, at) => [start, ends[at]])] as const;
  });
  expect(new Map(shown), `seed ${seed}`).toEqual(expected);
  expect(shown).toHaveLength(expected.size);
  const isCurrent = edges.filter(({ is_current }) => is_current);
  expect(new Set(isCurrent.map(({ source, target }) => `${source} ${target}`))).toEqual(current);
  expect(current.size, `seed ${seed}`).toBeGreaterThan(FEWER);
});

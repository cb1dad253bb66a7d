import { DAY_MS } from '../../shared/times.ts';
import type { ProfileName } from '../simulation/profiles.ts';
import { simulated } from '../simulation/simulated.ts';
import type { Simulation } from '../simulation/simulation.ts';
import type { Tally } from '../simulation/tally.ts';
import { noRows, type Row, type Rows } from '../views/rows.ts';
import { emptyWarehouse, type Warehouse } from '../views/warehouse.ts';

/** What worlds full of faults have left in the tables, and the shipped views over it. */
export interface Shown {
  tally: Tally;
  rows: Rows;
  warehouse: Warehouse;
  /** The caps on a day's money, by world. */
  dailyBudgets: Map<string, number>;
}

/** By whole days from January 2026, where worlds begin, to 90 days ago: some views show no more than half a year. */
const LATER_MS = (Math.floor((Date.now() - Date.UTC(2026, 0, 15)) / DAY_MS) - 90) * DAY_MS;

/**
 * Simulates, and loads every row that was stored, as often as it was stored. Each world has ids of its own, and lies 30 to
 * 90 days back.
 */
export async function shownAfter(firstSeed: number, profiles: ProfileName[], seeds: number): Promise<Shown> {
  const rows = noRows();
  const dailyBudgets = new Map<string, number>();
  const tally = await simulated(firstSeed, profiles, seeds, (sim, world) => {
    collect(sim, world, rows);
    const { DAILY_BUDGET_USD: cap } = sim.config;
    if (cap !== null) dailyBudgets.set(world, cap);
  });
  const warehouse = await emptyWarehouse();
  await warehouse.load(rows);
  return { tally, rows, warehouse, dailyBudgets };
}

export const worldOf = (id: unknown): string => String(id).split('/')[0] ?? '';

function collect({ tables }: Simulation, world: string, rows: Rows): void {
  const own = (row: object): Row => {
    const { run_id, dispatch_id, job, parent_id, problems } = row as Row;
    return {
      ...moved(row as Row),
      ...{ run_id: `${world}/${run_id}`, dispatch_id: `${world}/${dispatch_id}`, job: `${world}/${job}` },
      ...(typeof parent_id === 'string' && { parent_id: `${world}/${parent_id}` }),
      // As shared/warehouse writes them.
      ...(Array.isArray(problems) && { problems: problems.length > 0 ? JSON.stringify(problems) : null }),
    };
  };
  rows.completed_scrapes.push(...[...tables.pages.values()].flat().map(own));
  rows.dispatches.push(...[...tables.plans.values()].flat().map(own));
  rows.account_metadata.push(...tables.metadata.map(own));
}

/** The row as of a later day, the times of day as they were. */
function moved(row: Row): Row {
  const later = (time: string) => new Date(Date.parse(time) + LATER_MS).toISOString();
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      column.endsWith('_at') && typeof value === 'string' ? later(value) : value,
    ]),
  );
}

import { DAY_MS } from '../../shared/times.ts';
import type { ProfileName } from '../simulation/profiles.ts';
import { simulated } from '../simulation/simulated.ts';
import type { Simulation } from '../simulation/simulation.ts';
import type { Tally } from '../simulation/tally.ts';
import { noRows, type Row, type Rows, type TableName } from '../views/rows.ts';
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

function collect(sim: Simulation, world: string, rows: Rows): void {
  const own = (row: Row): Row => {
    const { run_id, dispatch_id, job, parent_id } = row;
    return {
      ...moved(row),
      ...{ run_id: `${world}/${run_id}`, dispatch_id: `${world}/${dispatch_id}`, job: `${world}/${job}` },
      ...(typeof parent_id === 'string' && { parent_id: `${world}/${parent_id}` }),
    };
  };
  const { forgotten_accounts, stops, ...others } = storedIn(sim);
  for (const [table, stored] of Object.entries(others)) rows[table as TableName].push(...stored.map(own));
  rows.forgotten_accounts.push(...forgotten_accounts.map(moved));
  // What is said of all runs is said of those of every world, which share a warehouse.
  const ofRuns = stops.filter(({ run_id }) => run_id !== null);
  rows.stops.push(...ofRuns.map((row) => ({ ...moved(row), run_id: `${world}/${row.run_id}` })));
}

/** Every row that a world has stored, as often as it was stored, as shared/warehouse writes them. */
export function storedIn({ tables }: Simulation): Rows {
  const written = (row: object): Row => {
    const { problems } = row as Row;
    const text = Array.isArray(problems) && problems.length > 0 ? JSON.stringify(problems) : null;
    return { ...(row as Row), ...(Array.isArray(problems) && { problems: text }) };
  };
  return {
    completed_scrapes: [...tables.pages.values()].flat().map(written),
    dispatches: [...tables.plans.values()].flat().map(written),
    // No view shows them.
    requested_dispatches: [],
    stops: tables.stops.map((row) => ({ ...row })),
    compliance_jobs: [],
    account_metadata: tables.metadata.map(written),
    forgotten_accounts: tables.forgotten.map(({ id, username, sinceMs }) => ({
      ...{ id, username, reason: null, forgotten_at: new Date(sinceMs).toISOString() },
    })),
  };
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

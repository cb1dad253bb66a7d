import { setTimeout } from 'node:timers/promises';
import { readConfig } from '../../shared/config.ts';
import { createBigQuery } from '../../shared/warehouse/client.ts';
import { apply, requireWithin } from './applying.ts';
import { neededIn, newsIn, untilKnown } from './new-columns.ts';
import { variableIn } from './plan-json.ts';
import type { Plan, Planner } from './planning.ts';

/**
 * Tables and columns that are new are made before the functions that append to them, with the time to get known; what is
 * left of the plan comes back. Throws Failure.
 */
export async function tablesFirst(wanted: Plan, plan: Planner): Promise<Plan> {
  const needed = neededIn(wanted.json);
  if (needed.length === 0) return wanted;
  const project = variableIn(wanted.json, 'project_id');
  const bigquery = createBigQuery({ ...readConfig(), GOOGLE_CLOUD_PROJECT: project });
  const known = () => untilKnown(bigquery, variableIn(wanted.json, 'dataset'), needed, setTimeout);
  if (newsIn(wanted.json).length === 0) {
    await known();
    return wanted;
  }
  const planTables = () => plan(['-target=google_bigquery_table.tables']);
  const tables = await planTables();
  requireWithin(wanted, tables);
  await apply(tables, planTables);
  await known();
  const rest = await plan([]);
  requireWithin(wanted, rest);
  return rest;
}

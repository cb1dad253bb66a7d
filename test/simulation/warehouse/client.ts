import type { BigQuery } from '@google-cloud/bigquery';
import type { Row, WarehouseContext } from '../../../shared/warehouse/client.ts';
import { quotedDataset } from '../../../shared/warehouse/query.ts';
import { insertRequestedSql } from '../../../shared/warehouse/requested-dispatches.ts';
import type { Machine } from '../instance.ts';
import { NEVER_MS, overNetwork } from '../network.ts';
import type { Simulation } from '../simulation.ts';
import { unavailable } from './api-error.ts';
import { answerTo, DATASET } from './questions.ts';
import type { StreamedTable } from './streaming.ts';

/** A row as it is handed to the client: what it sends is what JSON makes of it. */
interface Handed {
  insertId: string;
  json: { toJSON: () => Row };
}

interface InsertJob {
  jobId: string;
  query: string;
  params: Row & { rows: string };
}

const REQUESTED = insertRequestedSql(quotedDataset(DATASET));

/**
 * BigQuery as one instance meets it, through as much of its client as shared/warehouse uses: what is tried again, sent
 * together, halved or waited for there is so here too.
 */
export function warehouseOf(sim: Simulation, { instance, clock }: Machine): WarehouseContext {
  const table = (name: StreamedTable) => ({
    insert: (rows: Handed[]) =>
      sim.streaming.insert(
        instance,
        name,
        rows.map(({ insertId, json }) => ({ insertId, row: json.toJSON() })),
      ),
  });
  const job = (id: string) => ({
    getQueryResults: async () => {
      const changed = await sim.jobs.result(instance, id);
      return [[], null, { numDmlAffectedRows: String(changed) }];
    },
    getMetadata: async () => [await sim.jobs.status(instance, id)],
  });
  const bigquery = {
    dataset: () => ({
      table,
      getMetadata: () => overNetwork(sim, instance, () => [{ location: 'EU' }]),
    }),
    job,
    createQueryJob: async ({ jobId, query, params }: InsertJob) => {
      const rows = JSON.parse(params.rows);
      await sim.jobs.create(instance, jobId, query === REQUESTED ? rows : { ...params, rows });
      return [job(jobId)];
    },
    query: async ({ query, params }: { query: string; params: Row }) => [await ask(query, params)],
  };

  function ask(query: string, params: Row): Promise<Row[]> {
    const fails = sim.isWarehouseAway() || sim.faults.strikes('read failed');
    const act = () => {
      if (fails) throw unavailable(sim.time.now());
      const rows = answerTo(sim, query, params);
      // In no order but that which is asked for.
      return query.includes('ORDER BY') || sim.random.chance(0.5) ? rows : rows.reverse();
    };
    return overNetwork(sim, instance, act, fails && sim.random.chance(0.3) ? NEVER_MS : undefined);
  }

  return {
    bigquery: bigquery as unknown as BigQuery,
    dataset: DATASET,
    deadlineMs: sim.config.BIGQUERY_DEADLINE_MS,
    clock,
  };
}

import { HOUR_MS } from '../../../shared/times.ts';
import type { Row } from '../../../shared/warehouse/client.ts';
import type { DispatchRow, NewPlanning } from '../../../shared/warehouse/dispatches.ts';
import { millis } from '../../../shared/warehouse/timestamps.ts';
import type { Instance } from '../instance.ts';
import { NEVER_MS, overNetwork } from '../network.ts';
import type { Surroundings } from '../surroundings.ts';
import { ApiError, unavailable } from './api-error.ts';
import { type Refusal, refusalOf } from './refused-content.ts';

/** A job that inserts plannings. Its id is used once, whatever it comes to. */
interface InsertJob {
  /** Undefined: it runs; else how many rows it has inserted, or what it has failed with. */
  end?: number | ApiError;
  onEnd: (() => void)[];
}

/** What `insertPlanningsSql` takes. */
interface Plannings extends Row {
  rows: NewPlanning[];
}

/** What is inserted: plannings, or the ids of dispatches that a run was asked for. */
type Params = Plannings | string[];

/** `isLate`: nobody waits for it any more, or who did is gone. */
interface Insert {
  id: string;
  params: Params;
  isLate: boolean;
}

const INSERT_FAULTS = ['insert failed', 'insert unknown, done now', 'insert unknown, done later'] as const;
/** Jobs wait for their turn for hours when a project has many; requests on their way not so long. */
const LATER_MS = { least: 1000, most: 3 * HOUR_MS };

/** Query jobs that insert, for all instances: all rows of one at once, and seen by the next query. */
export class Jobs {
  readonly #sim: Surroundings;
  readonly #jobs = new Map<string, InsertJob>();

  constructor(sim: Surroundings) {
    this.#sim = sim;
  }

  /** Throws where there is a job of that id already, or the request is refused. */
  create(instance: Instance, id: string, params: Params): Promise<void> {
    const { faults, random, time } = this.#sim;
    const fault = this.#sim.isWarehouseAway() ? 'insert failed' : faults.oneOf(...INSERT_FAULTS);
    const runsOn = faults.strikes('job runs on');
    const answerMs = fault !== undefined && random.chance(0.3) ? NEVER_MS : undefined;
    const begin = (isLate: boolean) => this.#begin({ id, params, isLate }, runsOn ? this.#laterMs() : 0);
    const act = () => {
      if (fault === 'insert unknown, done later') time.after(this.#laterMs(), () => this.#beginAlone(begin));
      else if (fault !== 'insert failed') begin(!instance.alive);
      if (fault !== undefined) throw unavailable(this.#sim.time.now());
    };
    return overNetwork(this.#sim, instance, act, answerMs);
  }

  /** Resolves when the job is over, with how many rows it has inserted; throws what it has failed with. */
  async result(instance: Instance, id: string): Promise<number> {
    const fails = this.#sim.isWarehouseAway() || this.#sim.faults.strikes('read failed');
    await overNetwork(this.#sim, instance, () => {
      if (fails) throw unavailable(this.#sim.time.now());
    });
    const job = this.#jobOf(id);
    if (job.end === undefined)
      await new Promise<void>((resolve) => job.onEnd.push(() => instance.alive && resolve()));
    if (job.end instanceof ApiError) throw job.end;
    return job.end ?? 0;
  }

  status(instance: Instance, id: string) {
    return overNetwork(this.#sim, instance, () => {
      const { end } = this.#jobOf(id);
      const errorResult = end instanceof ApiError ? end.errors[0] : undefined;
      const status = { state: end === undefined ? 'RUNNING' : 'DONE', ...(errorResult && { errorResult }) };
      const query = typeof end === 'number' ? { numDmlAffectedRows: String(end) } : {};
      return { status, statistics: { query } };
    });
  }

  #laterMs = () => this.#sim.random.magnitude(LATER_MS.least, LATER_MS.most);

  #jobOf(id: string): InsertJob {
    const job = this.#jobs.get(id);
    if (!job) throw new ApiError(404, 'notFound', `simulated: no job ${id}`);
    return job;
  }

  /** Nobody hears any more of what becomes of it. */
  #beginAlone(begin: (isLate: true) => void): void {
    try {
      begin(true);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  #begin({ id, params, isLate }: Insert, runsMs: number): void {
    if (this.#jobs.has(id)) throw new ApiError(409, 'duplicate', `simulated: Already Exists: Job ${id}`);
    const refusal = Array.isArray(params) ? null : this.#refusalOf(params.rows);
    if (refusal?.how === 'request') throw new ApiError(refusal.code, 'invalid', refusal.message);
    const job: InsertJob = { onEnd: [] };
    this.#jobs.set(id, job);
    const fails = this.#sim.faults.strikes('job fails');
    const end = (late: boolean) => {
      if (refusal) job.end = new ApiError(undefined, 'invalidQuery', refusal.message);
      else if (fails) job.end = new ApiError(undefined, 'backendError', 'simulated: the job failed');
      else if (Array.isArray(params)) job.end = this.#sim.tables.addRequested(params);
      else job.end = this.#insert(params, late);
      for (const tell of job.onEnd) tell();
    };
    if (runsMs === 0) end(isLate);
    else this.#sim.time.after(runsMs, () => end(true));
  }

  #refusalOf(rows: DispatchRow[]): Refusal | null {
    for (const row of rows) {
      const refusal = refusalOf(this.#sim, 'dispatches', { ...row });
      if (refusal) return refusal;
    }
    return null;
  }

  /** `insertPlanningsSql`: what others have recorded since keeps rows out. */
  #insert({ rows, run_id, since, day, counted }: Plannings, isLate: boolean): number {
    const { tables } = this.#sim;
    const isCounted = tables.counted(run_id as string, millis(since), millis(day)) === counted;
    const plannings = ({ dispatch_id }: DispatchRow) =>
      (tables.plans.get(dispatch_id) ?? []).filter((other) => other.run_id === run_id).length;
    const taken = rows.filter((row) => isCounted && plannings(row) === row.seen);
    if (taken.length < rows.length) this.#sim.note('insert overtaken');
    for (const { seen: _, ...row } of taken) this.#land(row, isLate);
    return taken.length;
  }

  #land(row: DispatchRow, isLate: boolean): void {
    const { tables, checks, time } = this.#sim;
    this.#sim.trace(() => `inserted into dispatches: ${JSON.stringify(row).slice(0, 300)}`);
    checks.plans.landing(row, tables.plans.get(row.dispatch_id) ?? [], isLate);
    checks.readings.planned(row);
    tables.addPlan(row, time.now());
    checks.announcements.changed(row, isLate);
    checks.budget.landed(row);
  }
}

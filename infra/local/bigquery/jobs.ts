/**
 * Queries, as the jobs that they are: answered when they are done, whatever timeoutMs says. Not imitated: load, copy
 * and extract jobs, destination tables, cancelling, the query cache, bytes processed and billed, quotas. Those that
 * have changed rows are known for good; of the others the last 1,000, with the rows of the last 20.
 */
import { ApiError } from './errors.ts';
import type { JobHistory } from './job-history.ts';
import type { Outcome, QueryRequest, Statements } from './statements.ts';

/** A job that is done. */
export interface Job extends Outcome {
  id: string;
  failure?: ApiError;
}

const KEPT_JOBS = 1000;
const KEPT_RESULTS = 20;

export class Jobs {
  readonly #statements: Statements;
  readonly #history: JobHistory;
  readonly #prepare: () => Promise<void>;
  readonly #jobs = new Map<string, Promise<Job>>();
  readonly #withResults: Job[] = [];

  /** `prepare` is done before each job. */
  constructor(statements: Statements, history: JobHistory, prepare: () => Promise<void>) {
    this.#statements = statements;
    this.#history = history;
    this.#prepare = prepare;
  }

  has(id: string): boolean {
    return this.#known(id) !== undefined;
  }

  /** Rejects where there is none; one that failed has a `failure`. */
  get(id: string): Promise<Job> {
    return this.#known(id) ?? Promise.reject(new ApiError('notFound', `Not found: Job ${id}`));
  }

  /** Runs a query once: a request that comes again under its id gets the same job, also one that failed. */
  run(id: string, request: QueryRequest): Promise<Job> {
    const known = this.#known(id);
    if (known) return known;
    const running = this.#run(id, request);
    this.#jobs.set(id, running);
    for (const oldest of this.#jobs.keys()) if (this.#jobs.size > KEPT_JOBS) this.#jobs.delete(oldest);
    return running;
  }

  #known(id: string): Promise<Job> | undefined {
    const change = this.#history.get(id);
    return change ? Promise.resolve({ ...change, fields: [] }) : this.#jobs.get(id);
  }

  async #run(id: string, request: QueryRequest): Promise<Job> {
    try {
      await this.#prepare();
      const job: Job = { id, ...(await this.#statements.run(request, id)) };
      if (this.#withResults.push(job) > KEPT_RESULTS) delete this.#withResults.shift()?.reader;
      return job;
    } catch (error) {
      const failure =
        error instanceof ApiError ? error : new ApiError('internalError', (error as Error).message);
      return { id, statement: '', fields: [], failure };
    }
  }
}

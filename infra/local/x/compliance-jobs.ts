/**
 * The jobs of X's batch compliance, and what it says of accounts:
 * https://docs.x.com/x-api/compliance/batch-compliance/integrate
 */
import { randomUUID } from 'node:crypto';
import { accountOf, type World } from './world.ts';

const UPLOAD_MS = 15 * 60_000;
const DOWNLOAD_MS = 7 * 24 * 60 * 60_000;

export interface ComplianceJob {
  id: string;
  name?: string;
  createdMs: number;
  /** The word in its addresses by which whoever has them may use them. */
  key: string;
  /** When X is done with the ids; undefined: none have come. */
  readyMs?: number;
  /** What X had to say of the ids when they came. */
  result?: string;
  /** 'failed' or 'expired' by order. */
  ended?: 'failed' | 'expired';
}

export interface Compliance {
  jobs: ComplianceJob[];
  /** How long X works on the ids. */
  processingMs: number;
  /** Whether ids and results lie with X, whose addresses take the token, or with a store, as before 2026. */
  store: 'x' | 'elsewhere';
}

export const noCompliance = (): Compliance => ({ jobs: [], processingMs: 0, store: 'x' });

export function statusOfJob({ ended, readyMs, createdMs }: ComplianceJob, nowMs: number) {
  if (ended) return ended;
  if (readyMs === undefined) return nowMs < createdMs + UPLOAD_MS ? 'created' : 'expired';
  if (nowMs < readyMs) return 'in_progress';
  return nowMs < createdMs + DOWNLOAD_MS ? 'complete' : 'expired';
}

/** Of the jobs to come, and of one that X is working on. */
export function takesFor(compliance: Compliance, processingMs: number, nowMs: number): void {
  compliance.processingMs = processingMs;
  for (const job of compliance.jobs)
    if (statusOfJob(job, nowMs) === 'in_progress') job.readyMs = nowMs + processingMs;
}

const isActive = (job: ComplianceJob, nowMs: number) =>
  ['created', 'in_progress'].includes(statusOfJob(job, nowMs));

/** Undefined while another one is active: X has one at a time. */
export function createJob(compliance: Compliance, name: string | undefined, nowMs: number) {
  if (compliance.jobs.some((job) => isActive(job, nowMs))) return undefined;
  const id = `13${`${compliance.jobs.length}`.padStart(17, '0')}`;
  const job: ComplianceJob = { id, createdMs: nowMs, key: randomUUID(), ...(name !== undefined && { name }) };
  compliance.jobs = [...compliance.jobs, job];
  return job;
}

/** False where it is over. */
export function cancelJob(compliance: Compliance, job: ComplianceJob, nowMs: number): boolean {
  if (!isActive(job, nowMs)) return false;
  compliance.jobs = compliance.jobs.filter((each) => each !== job);
  return true;
}

export function takeIds(world: World, job: ComplianceJob, ids: string, nowMs: number, forMs: number): void {
  const said = ids.split('\n').flatMap((line) => saidOf(world, line.trim(), nowMs));
  Object.assign(job, {
    readyMs: nowMs + forMs,
    result: said.map((line) => `${JSON.stringify(line)}\n`).join(''),
  });
}

/** Of an account with which nothing is wrong, or that never was, X says nothing. */
function saidOf(world: World, id: string, nowMs: number): object[] {
  if (id === '') return [];
  if (!/^\d{1,19}$/.test(id)) return [{ id, error: 'invalid_id' }];
  const account = accountOf(world, 'id', id);
  if (!account || account.status === 'active') return [];
  const at = new Date(nowMs).toISOString();
  return [{ id, action: 'delete', created_at: at, redacted_at: at, deleted_at: at, reason: account.status }];
}

/** As X shows a job; `origin` is where the simulator is reached. */
export function jobShown(compliance: Compliance, job: ComplianceJob, origin: string, nowMs: number): object {
  const { id, name, createdMs, key } = job;
  const time = (ms: number) => new Date(ms).toISOString();
  // Another host than X's, to a client: it is the same one, on the loopback, by another name.
  const base =
    compliance.store === 'x'
      ? `${origin}/2/compliance/jobs/${id}`
      : `${origin.replace('127.0.0.1', 'localhost')}/compliance-store/${id}`;
  return {
    ...{ id, type: 'users', ...(name !== undefined && { name }), resumable: false },
    ...{ created_at: time(createdMs), status: statusOfJob(job, nowMs) },
    ...{ upload_url: `${base}/submission?key=${key}`, upload_expires_at: time(createdMs + UPLOAD_MS) },
    ...{ download_url: `${base}/download?key=${key}`, download_expires_at: time(createdMs + DOWNLOAD_MS) },
  };
}

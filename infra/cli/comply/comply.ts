import type { Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';
import { counted } from '../terminal/figures.ts';
import { hideNamed, hidingCounts, showUnnamed } from './hiding.ts';
import { type KnownIds, knownIds } from './known-ids.ts';
import { beginJob, openJobs, type RecordedJob, recordJob } from './recorded-jobs.ts';
import type { Reason } from './result.ts';
import type { XJob, XJobs } from './x-jobs.ts';

export interface Complying {
  target: Target;
  x: XJobs;
  /** For what accounts are hidden. */
  reasons: readonly Reason[];
  /** A name for a job that nobody else has. */
  newName(): string;
  /** Between two looks at a job that X works on. */
  lookEveryMs: number;
  say(line: string): void;
}

/** The ids, until X has them. */
interface Held {
  ids?: KnownIds | undefined;
}

/** A job with which nothing more can be done; the ids are to be sent with another. */
class JobLost extends Error {
  override readonly name = 'JobLost';
}

/**
 * Asks X which accounts of the history are to be taken out, hides those, and shows again what jobs before have hidden
 * and X names no longer. Each step is written down, and is done once: called again it goes on where it was. Returns the
 * job as it ended; undefined: the history holds no account. Throws Failure, or RetryLater.
 */
export async function comply(on: Complying): Promise<RecordedJob | undefined> {
  const [open] = await openJobs(on.target);
  if (open) {
    on.say(`going on with the job ${open.job_id ?? open.name}, which is ${open.step}`);
    const ended = await whole(on, open);
    if (ended) return ended;
  }
  const held = { ids: await knownIds(on.target) };
  const { accounts } = held.ids;
  if (accounts === 0) return undefined;
  const ended = await whole(on, await beginJob(on.target, on.newName(), accounts), held);
  if (ended) return ended;
  throw new Failure('X has not done the job. Run it again later; nothing was changed.');
}

/** Takes a job to its end; undefined where it is lost. */
async function whole(on: Complying, job: RecordedJob, held: Held = {}): Promise<RecordedJob | undefined> {
  let now = job;
  try {
    while (now.step !== 'applied') now = await next(on, now, held);
    return now;
  } catch (error) {
    if (!(error instanceof JobLost)) throw error;
    await recordJob(on.target, { ...now, step: 'given_up', reason: error.message });
    on.say(`the job is given up: ${error.message}`);
    return undefined;
  }
}

async function next(on: Complying, job: RecordedJob, held: Held): Promise<RecordedJob> {
  switch (job.step) {
    case 'begun':
      return created(on, job);
    case 'created':
      return uploaded(on, job, held);
    case 'uploaded':
      return named(on, job);
    case 'named':
      await showUnnamed(on.target, job.name);
      return recordJob(on.target, { ...job, step: 'applied' });
    case 'applied':
    case 'given_up':
      return job;
  }
}

/** X may know it already, by our name: where we ended before its answer came, or was written down. */
async function created({ x, target }: Complying, job: RecordedJob): Promise<RecordedJob> {
  const made = await x.create(job.name);
  const atX = made === 'taken' ? await x.named(job.name) : made;
  if (atX) return recordJob(target, { ...job, step: 'created', job_id: atX.id });
  const reason = 'X has another job of this app, and takes one at a time';
  await recordJob(target, { ...job, step: 'given_up', reason });
  throw new Failure(`${reason}: run it again once that one is over (15 minutes, if nothing was uploaded).`);
}

async function uploaded(on: Complying, job: RecordedJob, held: Held): Promise<RecordedJob> {
  const { x, target, say } = on;
  const atX = await jobAtX(on, job);
  if (atX.status !== 'created') return recordJob(target, { ...job, step: 'uploaded' });
  const ids = held.ids ?? (await knownIds(target));
  held.ids = undefined;
  if (!(await x.upload(atX, ids.text))) {
    await x.cancel(atX.id);
    throw new JobLost('X takes no ids for it any more');
  }
  say(`job ${atX.id}: X has the ids of ${counted(ids.accounts, 'account')}`);
  return recordJob(target, { ...job, step: 'uploaded', accounts: ids.accounts });
}

async function named(on: Complying, job: RecordedJob): Promise<RecordedJob> {
  const { target, x, reasons, say } = on;
  const result = await x.result(await completed(on, job));
  if (result === 'gone') throw new JobLost('X holds its result no longer');
  for (const [reason, accounts] of result.others)
    say(
      `X names ${counted(accounts, 'account')} as "${reason}", of which Dodo knows nothing: they are shown`,
    );
  await hideNamed(target, job.name, result.batches, reasons);
  const counts = await hidingCounts(target, job.name);
  return recordJob(target, { ...job, step: 'named', ...result.named, ...counts });
}

async function completed(on: Complying, job: RecordedJob): Promise<XJob> {
  for (let looks = 0; ; looks++) {
    const atX = await jobAtX(on, job);
    if (atX.status === 'complete') return atX;
    if (looks === 0) on.say(`job ${atX.id}: X is working on it; it goes on where it is when this is stopped`);
    await on.target.clock.sleep(on.lookEveryMs);
  }
}

/** The job as X has it now. Throws JobLost where it comes to nothing. */
async function jobAtX({ x }: Complying, { job_id }: RecordedJob): Promise<XJob> {
  const atX = job_id === null ? undefined : await x.get(job_id);
  if (!atX) throw new JobLost('X knows it no longer');
  if (atX.status === 'failed' || atX.status === 'expired')
    throw new JobLost(`X says that it has ${atX.status}`);
  return atX;
}

import { parentIds } from '../history/parents.ts';
import { commandOn } from '../target/again.ts';
import { rowsOf, text } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';

/** Takes `@job` STRING. The parents that it has asked for; the id is null where it was never learnt. */
export const parentsOfJobSql = (dataset: string) => `
SELECT DISTINCT parent_id
FROM ${dataset}.dispatch_progress
WHERE job = @job`;

/** The ids of those whose friends are wanted; undefined: all. Throws Failure where nobody is meant. */
export async function parentsWanted(
  target: Target,
  { parent, job }: { parent?: string | undefined; job?: string | undefined },
): Promise<string[] | undefined> {
  const [named, ofJob] = await Promise.all([
    parent === undefined ? undefined : idsOfParent(target, parent),
    job === undefined ? undefined : idsOfJob(target, job),
  ]);
  if (named === undefined || ofJob === undefined) return named ?? ofJob;
  const both = named.filter((id) => ofJob.includes(id));
  if (both.length === 0) throw new Failure(`the job "${job}" has had no parent "${parent}".`);
  return both;
}

async function idsOfParent(target: Target, parent: string): Promise<string[]> {
  const ids = await parentIds(target, parent);
  if (ids === null)
    throw new Failure(
      `no run has had the parent "${parent}". ${commandOn(target, `query "SELECT DISTINCT parent_username FROM dispatch_progress"`)} lists those there are.`,
    );
  return ids;
}

async function idsOfJob(target: Target, job: string): Promise<string[]> {
  const rows = await rowsOf<{ parent_id: string | null }>(target, parentsOfJobSql, { job: text(job) });
  if (rows.length === 0)
    throw new Failure(
      `no run has had the job "${job}". ${commandOn(target, `query "SELECT DISTINCT job FROM dispatch_progress"`)} lists those there are.`,
    );
  return rows.flatMap(({ parent_id }) => parent_id ?? []);
}

import { readFileSync } from 'node:fs';
import { forgottenSql } from '../../infra/cli/forgotten/accounts.ts';
import { idsOfUsernamesSql } from '../../infra/cli/forgotten/forget.ts';
import { scrubCountsSql, scrubsSql } from '../../infra/cli/forgotten/scrub.ts';
import { changesSql, comparableSql } from '../../infra/cli/history/changes.ts';
import { parentIdsSql } from '../../infra/cli/history/parents.ts';
import { refusalsSql, rejectedSql } from '../../infra/cli/history/rejected.ts';
import { vanishedFriendsSql } from '../../infra/cli/history/vanished-friends.ts';
import { currentFriendsSql, newestCompleteSql } from '../../infra/cli/plan/friends-of.ts';
import { knownCountsSql } from '../../infra/cli/plan/known-accounts.ts';
import { incompleteSql, plannedDispatchesSql, runOfSql } from '../../infra/cli/plan/planned-dispatches.ts';
import * as report from '../../infra/cli/report/queries.ts';
import { plannedSinceSql } from '../../infra/cli/run/follow.ts';
import { progressSql, runsDispatchedSql } from '../../infra/cli/run/run-progress.ts';
import { runsSql } from '../../infra/cli/run/runs.ts';
import { EXAMPLES_FILE, examplesIn } from '../../infra/readme/examples.ts';
import { metadataOfDispatchSql } from '../../shared/warehouse/account-metadata.ts';
import { pagesOfDispatchesSql, pagesOfDispatchSql } from '../../shared/warehouse/completed-scrapes.ts';
import { committedSql, plannedSql } from '../../shared/warehouse/dispatches.ts';
import type { Field } from './values.ts';

const STALLED = `${import.meta.dirname}/../../infra/terraform/stalled.sql`;

/** An SQL text that services or commands send, with the types of its parameters. A new text belongs on this list. */
export interface Provided {
  name: string;
  /** The text for a dataset: the same function that the product calls. */
  sql: (dataset: string) => string;
  params: Record<string, 'STRING' | 'TIMESTAMP' | 'DATE' | 'INT64' | 'FLOAT64' | ['STRING']>;
}

const day = { day: 'TIMESTAMP', next_day: 'TIMESTAMP' } as const;

export const PROVIDED: Provided[] = [
  {
    name: 'getpage: pages of a dispatch',
    sql: pagesOfDispatchSql,
    params: { ...day, parent_id: 'STRING', dispatch_id: 'STRING' },
  },
  {
    name: 'pagedispatch: pages of dispatches',
    sql: pagesOfDispatchesSql,
    params: { ...day, parent_ids: ['STRING'], dispatch_ids: ['STRING'] },
  },
  {
    name: 'pagedispatch: earlier plannings',
    sql: plannedSql,
    params: { since: 'TIMESTAMP', run_id: 'STRING', dispatch_ids: ['STRING'] },
  },
  {
    name: 'pagedispatch: what is committed',
    sql: committedSql,
    params: { since: 'TIMESTAMP', day: 'TIMESTAMP', run_id: 'STRING' },
  },
  {
    name: 'getmetadata: whether an account was observed',
    sql: metadataOfDispatchSql,
    params: { ...day, dispatch_id: 'STRING', role: 'STRING', id: 'STRING', username: 'STRING' },
  },
  {
    name: 'dodo: progress of runs',
    sql: progressSql,
    params: { run_ids: ['STRING'], since: 'TIMESTAMP', until: 'TIMESTAMP' },
  },
  { name: 'dodo: when runs were dispatched', sql: runsDispatchedSql, params: { run_ids: ['STRING'] } },
  {
    name: 'dodo changes',
    sql: (dataset) => changesSql(dataset, 'all parents'),
    params: { since: 'TIMESTAMP' },
  },
  {
    name: 'dodo changes --parent',
    sql: (dataset) => changesSql(dataset, 'some parents'),
    params: { since: 'TIMESTAMP', parents: ['STRING'] },
  },
  { name: 'dodo changes: ids of a parent', sql: parentIdsSql, params: { parent: 'STRING' } },
  { name: 'dodo changes: parents with two lists', sql: comparableSql, params: {} },
  ...Object.entries(report).flatMap(([name, sql]): Provided[] =>
    typeof sql === 'function'
      ? [
          {
            name: `dodo report: ${name}`,
            sql,
            params: { since: 'TIMESTAMP', ...(name === 'listsSql' && { parents: ['STRING'] }) },
          },
        ]
      : [],
  ),
];

const since = { since: 'TIMESTAMP' } as const;
const forgotten = { made_before: 'TIMESTAMP' } as const;

/**
 * Whose rows are not compared: the commands' tests run them, `stalled` fails on purpose where one has, and the
 * analysts' examples ask of the demo's accounts.
 */
export const ANALYSED_ONLY: Provided[] = [
  { name: 'dodo confirm', sql: vanishedFriendsSql, params: { ...since, parents: ['STRING'] } },
  { name: 'dodo republish: a run', sql: runOfSql, params: { id: 'STRING' } },
  { name: 'dodo republish --incomplete', sql: incompleteSql, params: since },
  { name: 'dodo republish: the request', sql: plannedDispatchesSql, params: { run_ids: ['STRING'] } },
  { name: 'planned since', sql: plannedSinceSql, params: { ...since, run_id: 'STRING' } },
  { name: 'dodo estimate: known counts', sql: knownCountsSql, params: { usernames: ['STRING'] } },
  { name: 'forgotten accounts', sql: forgottenSql, params: {} },
  { name: 'dodo status: runs', sql: runsSql, params: since },
  { name: 'dodo status: refusals', sql: refusalsSql, params: { ...since, run_id: 'STRING' } },
  { name: 'dodo rejected', sql: rejectedSql, params: { ...since, message_id: 'STRING' } },
  { name: 'dodo forget: ids', sql: idsOfUsernamesSql, params: { usernames: ['STRING'] } },
  { name: 'dodo dispatch --friends-of: scrape', sql: newestCompleteSql, params: { username: 'STRING' } },
  { name: 'dodo dispatch --friends-of: friends', sql: currentFriendsSql, params: { parent_id: 'STRING' } },
  ...scrubsSql.map(
    (sql, index): Provided => ({
      name: `scrub ${index}`,
      sql,
      params: { ...forgotten, ids: ['STRING'], usernames: ['STRING'] },
    }),
  ),
  ...scrubCountsSql.map(
    (sql, index): Provided => ({
      name: `scrub count ${index}`,
      sql,
      params: { ...forgotten, ids: ['STRING'], usernames: ['STRING'] },
    }),
  ),
  {
    name: 'Cloud Scheduler: stalled dispatches',
    sql: (dataset) => readFileSync(STALLED, 'utf8').replaceAll(/\$\{dataset\}/g, dataset),
    params: {},
  },
  ...examplesIn(readFileSync(EXAMPLES_FILE, 'utf8')).map(
    ({ question, sql }): Provided => ({ name: `an analyst: ${question}`, sql: () => sql, params: {} }),
  ),
];

export function paramsOf({ params }: Provided): { name: string; type: Omit<Field, 'name'> }[] {
  return Object.entries(params).map(([name, type]) => ({
    name,
    type: typeof type === 'string' ? { type } : { type: type[0], mode: 'REPEATED' },
  }));
}

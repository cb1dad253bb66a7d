import { LONGEST_MS, type Params, rowsOf, text, texts, time } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import * as newsSql from './news-queries.ts';
import * as sql from './queries.ts';
import type {
  Change,
  Checks,
  CostOfJob,
  DayOfChanges,
  DayOfCost,
  DayOfStates,
  Freshness,
  Group,
  List,
  OpenCheck,
  Overlap,
  Parent,
  Rename,
  SharedFriend,
  Span,
  Unfinished,
  Withheld,
} from './rows.ts';

/** All that the report shows. Times are ISO 8601 in UTC, days YYYY-MM-DD, amounts US dollars. */
export interface ReportData {
  madeAt: string;
  /** Where the history lies, in words. */
  source: string;
  /** What names it on a command line: target/again.ts. */
  options: string;
  /** Start of the period where one was asked for. */
  since?: string;
  span: Span;
  /** The most active ones of `span.parents`, the most active first. */
  parents: Parent[];
  /** Of those parents, oldest first. */
  lists: List[];
  changes: DayOfChanges[];
  /** By run, the newest first; in each the parents with the most changes first. */
  groups: Group[];
  /** Of those groups, by followers. */
  news: Change[];
  shared: SharedFriend[];
  renames: Rename[];
  withheld: Withheld[];
  checks: Checks;
  open: OpenCheck[];
  states: DayOfStates[];
  unfinished: Unfinished[];
  cost: DayOfCost[];
  jobs: CostOfJob[];
  /** Of all that is known, whatever the period: the stalest first. */
  freshness: Freshness[];
  /** Of `parents`. */
  overlap: Overlap[];
}

/** Asks the views. `sinceMs`: of the period; undefined: the whole history. Throws RetryLater. */
export async function readReportData(target: Target, madeAt: string, sinceMs?: number): Promise<ReportData> {
  const asked = <Row>(query: (dataset: string) => string, more: Params = {}) =>
    rowsOf<Row>(target, query, { since: time(sinceMs ?? 0), ...more }, LONGEST_MS);
  const [spans, parents, changes, groups, news, shared, renames, withheld] = await Promise.all([
    asked<Span>(sql.spanSql),
    asked<Parent>(sql.parentsSql),
    asked<DayOfChanges>(sql.changesPerDaySql),
    asked<Group>(newsSql.groupsSql),
    asked<Change>(newsSql.changesOfGroupsSql),
    asked<SharedFriend>(newsSql.sharedFriendsSql),
    asked<Rename>(newsSql.renamesSql),
    asked<Withheld>(sql.withheldSql),
  ]);
  const [checks, open, states, unfinished, cost, jobs, freshness] = await Promise.all([
    asked<Checks>(sql.checksSql, { price: text(String(target.config.PRICE_PER_FRIEND_USD)) }),
    asked<OpenCheck>(sql.openChecksSql),
    asked<DayOfStates>(sql.statesPerDaySql),
    asked<Unfinished>(sql.unfinishedSql),
    asked<DayOfCost>(sql.costPerDaySql),
    asked<CostOfJob>(sql.costPerJobSql),
    rowsOf<Freshness>(target, sql.freshnessSql, {}, LONGEST_MS),
  ]);
  const shown = texts(parents.map(({ parent_id }) => parent_id));
  const lists = parents.length === 0 ? [] : await asked<List>(sql.listsSql, { parents: shown });
  const overlap =
    parents.length < 2
      ? []
      : await rowsOf<Overlap>(target, newsSql.overlapSql, { parents: shown }, LONGEST_MS);
  const span = spans[0] ?? { first_at: null, last_at: null, dispatches: 0, runs: 0, parents: 0 };
  const { GOOGLE_CLOUD_PROJECT, BIGQUERY_DATASET } = target.config;
  return {
    madeAt,
    source: `${GOOGLE_CLOUD_PROJECT}.${BIGQUERY_DATASET} (${target.where})`,
    options: target.options,
    ...(sinceMs !== undefined && { since: new Date(sinceMs).toISOString() }),
    checks: checks[0] ?? { checks: 0, cost_usd: 0, full_usd: 0 },
    ...{ span, parents, lists, changes, groups, news, shared, renames, withheld, open, states, unfinished },
    ...{ cost, jobs, freshness, overlap },
  };
}

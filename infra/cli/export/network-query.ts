import { sqlIn, type ViewFile, viewFiles } from '../../bigquery/files.ts';
import { type Attribute, type AttributeType, namesOf, OF_EDGE, SAID_BY_X } from './attributes.ts';

/** What is asked for. */
export interface Shape {
  /** Only parents in `@parents` ARRAY<STRING> (account ids, so that the filter prunes). */
  isOfSomeParents: boolean;
  /** As the lists were known at `@at` TIMESTAMP. */
  isOfThen: boolean;
  /**
   * `list`: edges alone, each with its friend; `network`: accounts, then edges; `timed`: each edge with the times between
   * which it was seen; `history`: also the edges that are no more.
   */
  kind: 'list' | 'network' | 'timed' | 'history';
}

const ACCOUNT = namesOf(SAID_BY_X);
const EDGE = namesOf(OF_EDGE);
const FRIEND = ACCOUNT.map((name) => `friend_${name}`);
/** In UNION ALL a NULL without a type may be taken for a number. */
const TYPES: Record<AttributeType, string> = {
  text: 'STRING',
  count: 'INT64',
  boolean: 'BOOL',
  time: 'TIMESTAMP',
};
const nulls = (attributes: Attribute[]): string[] =>
  attributes.map(({ name, type }) => `CAST(NULL AS ${TYPES[type]}) AS ${name}`);
const DISPATCH = ['dispatched_at', 'run_id', 'parent_id', 'dispatch_id'];

/**
 * One query, since accounts and edges must be of one moment: a page that is stored between two would give an edge to
 * nobody. Rows come in an order of their own, so that the same lists give the same file.
 */
export const networkQuery =
  (shape: Shape) =>
  (dataset: string): string => {
    const steps = [...listed(shape, dataset), ...(isTimed(shape) ? times(shape, dataset) : [])];
    const isEdgesAlone = shape.kind === 'list';
    const all = [...steps, edges(shape), ...(isEdgesAlone ? [] : [accounts(shape, dataset)])];
    return `WITH ${all.join(',\n')}\n${isEdgesAlone ? edgeRows() : networkRows(shape)}`;
  };

const isTimed = ({ kind }: Shape): boolean => kind === 'timed' || kind === 'history';

/** Each shape once, for whoever examines the texts that are sent. */
export const networkQueriesSql = [true, false].flatMap((isOfSomeParents) =>
  [true, false].flatMap((isOfThen) =>
    (['list', 'network', 'timed', 'history'] as const).map((kind) =>
      networkQuery({ isOfSomeParents, isOfThen, kind }),
    ),
  ),
);

/**
 * `known`: the pages that count; `listed`: what `current_friends` shows, or showed then. The view's own text is asked,
 * of the reads that had ended by then: in one that ended, pages that are fetched again later change nothing.
 */
function listed(shape: Shape, dataset: string): string[] {
  const known = shape.isOfThen
    ? `SELECT * FROM ${dataset}.scrape_history
  QUALIFY IFNULL(
    MAX(IF(in_chain, completed_at, NULL)) OVER (PARTITION BY ${DISPATCH.join(', ')}) <= @at, FALSE)`
    : `SELECT * FROM ${dataset}.scrape_history`;
  const current = shape.isOfThen
    ? withoutComment(sqlIn(dataset, CURRENT_FRIENDS())).replaceAll(`${dataset}.scrape_history`, 'known')
    : `SELECT * FROM ${dataset}.current_friends`;
  const some = shape.isOfSomeParents ? '\n  WHERE parent_id IN UNNEST(@parents)' : '';
  const before = isTimed(shape) || shape.isOfThen ? [`known AS (\n  ${known}\n)`] : [];
  return [...before, `listed AS (\n  SELECT shown.* FROM (\n${current}) AS shown${some}\n)`];
}

const CURRENT_FRIENDS = (): ViewFile => {
  const view = viewFiles().find(({ name }) => name === 'current_friends');
  if (view === undefined) throw new Error('there is no view current_friends');
  return view;
};

const withoutComment = (sql: string): string => sql.replaceAll(/^--.*\n/gm, '');

/**
 * `sightings`: each time that a complete list or a check returned a friend; `spells`: of each edge, from the first to
 * the last of them, over and over where it was found missing between.
 */
function times({ isOfSomeParents, isOfThen }: Shape, dataset: string): string[] {
  const some = isOfSomeParents ? ' AND parent_id IN UNNEST(@parents)' : '';
  const then = isOfThen ? ' AND not_after <= @at' : '';
  return [
    `sightings AS (
  SELECT friends.*
  FROM ${dataset}.friends AS friends
  JOIN (
    SELECT DISTINCT ${DISPATCH.join(', ')} FROM known WHERE in_chain AND chain_ended${some}
  ) AS ended
    ON ${DISPATCH.map((key) => `ended.${key} = friends.${key}`).join(' AND ')}
)`,
    `spells AS (
  SELECT
    parent_id, friend_id,
    ARRAY_AGG(first_at ORDER BY number) AS spell_starts,
    ARRAY_AGG(last_at ORDER BY number) AS spell_ends
  FROM (
    SELECT parent_id, friend_id, number, MIN(seen_at) AS first_at, MAX(seen_at) AS last_at
    FROM (
      SELECT
        parent_id, friend_id, seen_at, is_missing,
        COUNTIF(is_missing) OVER (PARTITION BY parent_id, friend_id ORDER BY seen_at, is_missing) AS number
      FROM (
        SELECT parent_id, friend_id, completed_at AS seen_at, FALSE AS is_missing FROM sightings
        UNION ALL
        SELECT parent_id, friend_id, not_after, TRUE
        FROM ${dataset}.friend_changes
        WHERE change = 'no_longer_listed'${then}${some}
      ) AS each_time
    ) AS numbered
    WHERE NOT is_missing
    GROUP BY parent_id, friend_id, number
  ) AS spelled
  GROUP BY parent_id, friend_id
)`,
  ];
}

/** With the columns of `friends`, those of an edge, and its times. */
function edges(shape: Shape): string {
  const current = `  SELECT parent_id, parent_username, friend_id, completed_at, ${FRIEND.join(', ')},
    ${EDGE.join(', ')}, TRUE AS is_current
  FROM listed`;
  if (!isTimed(shape)) return `edges AS (\n${current}\n)`;
  const all =
    shape.kind === 'timed'
      ? current
      : `${current}
  UNION ALL
  SELECT
    sightings.parent_id, sightings.parent_username, sightings.friend_id, sightings.completed_at,
    ${FRIEND.map((name) => `sightings.${name}`).join(', ')},
    MIN(sightings.completed_at) OVER (PARTITION BY sightings.parent_id, sightings.friend_id), sightings.completed_at,
    FALSE, CAST(NULL AS TIMESTAMP), sightings.job, FALSE
  FROM sightings
  LEFT JOIN listed ON listed.parent_id = sightings.parent_id AND listed.friend_id = sightings.friend_id
  WHERE listed.friend_id IS NULL
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY sightings.parent_id, sightings.friend_id
    ORDER BY sightings.completed_at DESC, sightings.dispatch_id) = 1`;
  return `edges AS (
  SELECT found.*, spells.spell_starts, spells.spell_ends
  FROM (
${all}
  ) AS found
  JOIN spells ON spells.parent_id = found.parent_id AND spells.friend_id = found.friend_id
)`;
}

/** Each account once, as it was seen last: as a friend, where it was looked up as a parent, or by its name alone. */
function accounts({ isOfThen }: Shape, dataset: string): string {
  const then = isOfThen ? ' AND observed_at <= @at' : '';
  return `accounts AS (
  SELECT seen.*, id IN (SELECT parent_id FROM edges) AS is_parent
  FROM (
    SELECT friend_id AS id, ${FRIEND.map((name, at) => `${name} AS ${ACCOUNT[at]}`).join(', ')},
      completed_at AS seen_at, parent_id AS seen_through
    FROM edges
    UNION ALL
    SELECT id, ${ACCOUNT.join(', ')}, observed_at, CAST(NULL AS STRING)
    FROM ${dataset}.account_metadata
    WHERE id IN (SELECT parent_id FROM edges) AND status IN ('active', 'protected')${then}
      AND NOT IFNULL(LOWER(username) IN (SELECT LOWER(username) FROM ${dataset}.forgotten_accounts), FALSE)
    UNION ALL
    SELECT DISTINCT parent_id, parent_username, ${nulls(SAID_BY_X.slice(1)).join(', ')},
      CAST(NULL AS TIMESTAMP), CAST(NULL AS STRING)
    FROM edges
  ) AS seen
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY id
    ORDER BY seen_at DESC, seen_through, username, name, description, followers_count) = 1
)`;
}

const edgeRows = (): string =>
  `SELECT parent_id AS source, friend_id AS target, parent_username AS source_username,
  ${[...FRIEND.map((name, at) => `${name} AS target_${ACCOUNT[at]}`), ...EDGE].join(', ')}
FROM edges
ORDER BY source, target`;

/** Accounts first. */
function networkRows(shape: Shape): string {
  const spells = isTimed(shape) ? ['spell_starts', 'spell_ends'] : [];
  const isCurrent = isTimed(shape) ? [{ name: 'is_current', type: 'boolean' as const }] : [];
  const edge = [...OF_EDGE, ...isCurrent];
  const ends = ['source', 'target'].map((name) => ({ name, type: 'text' as const }));
  const noSpells = spells.map((name) => `NULL AS ${name}`);
  return `SELECT
  'node' AS kind, id, is_parent, ${ACCOUNT.join(', ')},
  ${[...nulls([...ends, ...edge]), ...noSpells].join(', ')}
FROM accounts
UNION ALL
SELECT
  'edge', CAST(NULL AS STRING), CAST(NULL AS BOOL), ${nulls(SAID_BY_X).join(', ')},
  parent_id, friend_id, ${[...namesOf(edge), ...spells].join(', ')}
FROM edges
ORDER BY kind DESC, id, source, target`;
}

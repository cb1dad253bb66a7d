/**
 * What analysts reach for beside what is shipped, over NUMBERS and TEXTS. Google's evaluator does not know MAX_BY,
 * MIN_BY and GROUP BY ALL: it is asked what they stand for.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/aggregate_functions#max_by
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#group_by_all
 */
export const EXPRESSIONS: [sql: string, asked?: string][] = [
  ['SELECT n.k, ROUND(STDDEV(n.x), 9) AS s, ROUND(STDDEV_SAMP(n.y), 9) AS t FROM NUMBERS GROUP BY n.k'],
  ['SELECT ROUND(STDDEV(n.x), 9) AS s, STDDEV(n.y) IS NULL AS none FROM NUMBERS'],
  ['SELECT n.k, ROUND(STDDEV(n.x) OVER (PARTITION BY n.k), 9) AS s FROM NUMBERS'],
  ['SELECT STDDEV(n.x) AS s FROM NUMBERS WHERE FALSE'],
  [
    'SELECT n.k, MAX_BY(n.x, n.y) AS most, MIN_BY(n.x, n.y) AS least FROM NUMBERS GROUP BY n.k',
    'SELECT n.k, ANY_VALUE(n.x HAVING MAX n.y) AS most, ANY_VALUE(n.x HAVING MIN n.y) AS least FROM NUMBERS GROUP BY n.k',
  ],
  [
    'SELECT MAX_BY(n.k, n.x) AS most, MIN_BY(n.k, n.x) AS least FROM NUMBERS',
    'SELECT ANY_VALUE(n.k HAVING MAX n.x) AS most, ANY_VALUE(n.k HAVING MIN n.x) AS least FROM NUMBERS',
  ],
  [
    'SELECT MAX_BY(CONCAT(n.k, "!"), n.x + 1) AS most FROM NUMBERS HAVING COUNT(*) > 1',
    'SELECT ANY_VALUE(CONCAT(n.k, "!") HAVING MAX n.x + 1) AS most FROM NUMBERS HAVING COUNT(*) > 1',
  ],
  [
    'SELECT MAX_BY(n.k, n.x) AS most FROM NUMBERS WHERE FALSE',
    'SELECT ANY_VALUE(n.k HAVING MAX n.x) AS most FROM NUMBERS WHERE FALSE',
  ],
  [
    'SELECT n.k, COUNT(*) AS n FROM NUMBERS GROUP BY ALL',
    'SELECT n.k, COUNT(*) AS n FROM NUMBERS GROUP BY 1',
  ],
  [
    'SELECT UPPER(n.k) AS k, n.x IS NULL AS none, SUM(n.x) AS s, COUNT(*) + 1 AS n FROM NUMBERS GROUP BY ALL',
    'SELECT UPPER(n.k) AS k, n.x IS NULL AS none, SUM(n.x) AS s, COUNT(*) + 1 AS n FROM NUMBERS GROUP BY 1, 2',
  ],
  ['SELECT SUM(n.x) AS s FROM NUMBERS GROUP BY ALL', 'SELECT SUM(n.x) AS s FROM NUMBERS'],
  ['SELECT n.k FROM NUMBERS GROUP BY ALL', 'SELECT n.k FROM NUMBERS GROUP BY 1'],
  [
    'SELECT n.k, 1 AS one, MAX(n.x) AS x FROM NUMBERS GROUP BY ALL HAVING COUNT(*) > 1 ORDER BY k DESC',
    'SELECT n.k, 1 AS one, MAX(n.x) AS x FROM NUMBERS GROUP BY 1 HAVING COUNT(*) > 1 ORDER BY k DESC',
  ],
  ...[
    ...[String.raw`r"\d+"`, 'r"[a-z]+"', 'r"a(b?)"', 'r"(?:a)(.)"', String.raw`r"\((.)\)"`, 'r"[(](.)"'],
    ...[String.raw`r"\[b\]"`, String.raw`r"[\](](.)"`, 'r"^$"', 'r"(?P<first>[a-z])"', '"a|x"', '"(a|x)."'],
  ].map((pattern): [string] => [`SELECT REGEXP_EXTRACT(t, ${pattern}) AS e FROM TEXTS`]),
  ['SELECT CURRENT_DATETIME() = CAST(CURRENT_TIMESTAMP() AS DATETIME) AS same'],
  ['SELECT CAST(CURRENT_DATETIME AS DATE) = CURRENT_DATE() AS same'],
  ['SELECT CAST(CURRENT_DATETIME("Asia/Tokyo") AS DATE) = CURRENT_DATE("Asia/Tokyo") AS same'],
];

const DATA: Record<string, string> = {
  NUMBERS:
    'UNNEST([STRUCT("a" AS k, 1 AS x, 3.5 AS y), ("a", 4, NULL), ("b", 2, 1.5), ("b", NULL, 9.0), ("c", NULL, NULL)]) AS n',
  TEXTS: 'UNNEST(["ab12", "a[b]c", "", "x(y)", "aab", "ümlaut 7", NULL]) AS t',
};

export const withData = (sql: string): string => sql.replace(/NUMBERS|TEXTS/g, (name) => DATA[name] ?? name);

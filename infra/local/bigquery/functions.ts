/**
 * The functions of GoogleSQL that are known to be right here: one a line, its signature and what it is in DuckDB
 * (where each becomes a macro, bq_lower for LOWER). A function that has no line is refused by name; one that is
 * added gets a row in the table of the tests. Names with _ stand for operators, casts and parts of aggregates.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/functions-all
 *
 * A parameter has a type only where no other is accepted: DuckDB cannot choose between overloads in aggregates and
 * in correlated subqueries. Results get the type that BigQuery gives them by cast_to_type(value, sample of type).
 */
import { scalarType } from './types.ts';

const SIGNATURES = String.raw`
_REAL(x) = cast_to_type(x, list_aggregate([x], 'median'))
_MULTIPLY(a, b) = cast_to_type(a * b, a + b)
_SUBTRACT(a, b) = CASE WHEN typeof(a) = 'DATE' AND typeof(b) = 'DATE' THEN error('the local warehouse does not translate DATE - DATE: use DATE_DIFF') ELSE a - b END
SAFE_DIVIDE(a, b) = cast_to_type(a / nullif(b, 0), bq__real(a * 0 + b * 0))
ERROR(s STRING) = error(s)
_DIVIDE(a, b) = CASE WHEN b = 0 THEN error('division by zero: ' || a || ' / ' || b) ELSE bq_safe_divide(a, b) END
MOD(a, b) = CASE WHEN b = 0 THEN error('division by zero: MOD(' || a || ', 0)') ELSE a % b END
DIV(a, b) = CASE WHEN b = 0 THEN error('division by zero: DIV(' || a || ', 0)') ELSE a // b END
_IN(x, a) = x IN (SELECT unnest(a))
_IN_FEW(x, a) = CASE WHEN list_contains(a, x) THEN TRUE WHEN (x IS NULL AND len(a) > 0) OR list_count(a) < len(a) THEN NULL ELSE FALSE END
_CHECKED(c, x) = CASE WHEN c THEN x END
_TIMES(i INTERVAL, n INT64) = i * n
_GREATEST(l) = CASE WHEN list_count(l) = len(l) THEN list_max(l) END
_LEAST(l) = CASE WHEN list_count(l) = len(l) THEN list_min(l) END
ABS(x) = abs(x)
FLOOR(x) = cast_to_type(floor(bq__real(x)), bq__real(x))
CEIL(x) = cast_to_type(ceil(bq__real(x)), bq__real(x))
ROUND(x) = cast_to_type(round(bq__real(x)), bq__real(x))
ROUND(x, n INT64) = cast_to_type(round(bq__real(x), n::INTEGER), bq__real(x))
LOWER(s STRING) = lower(s)
UPPER(s STRING) = upper(s)
LENGTH(s STRING) = length(s)
TRIM(s STRING) = regexp_replace(s, '^[\s\p{Z}]+|[\s\p{Z}]+$', '', 'g')
REPLACE(s STRING, a STRING, b STRING) = replace(s, a, b)
SPLIT(s STRING) = string_split(s, ',')
SPLIT(s STRING, d STRING) = string_split(s, d)
STRPOS(s STRING, t STRING) = instr(s, t)
STARTS_WITH(s STRING, p STRING) = starts_with(s, p)
ENDS_WITH(s STRING, p STRING) = suffix(s, p)
_FROM(s STRING, p INT64) = substr(s, CASE WHEN p = 0 OR p < -length(s) THEN 1 ELSE p END)
SUBSTR(s STRING, p INT64) = bq__from(s, p)
SUBSTR(s STRING, p INT64, n INT64) = CASE WHEN n < 0 THEN error('SUBSTR: negative length') ELSE substr(bq__from(s, p), 1, n) END
REGEXP_CONTAINS(s STRING, p STRING) = regexp_matches(s, p)
_GROUPS(c STRING) = length(c) - length(replace(c, '(', '')) - (length(c) - length(replace(c, '(?', ''))) // 2 + (length(c) - length(replace(c, '(?P<', ''))) // 4 + (length(c) - length(replace(c, '(?<', ''))) // 3
_BARE(p STRING) = regexp_replace(p, '\\.|\[\^?\]?(?:\\.|[^\]])*\]', '', 'g')
_ONE_GROUP(p STRING) = CASE bq__groups(bq__bare(p)) WHEN 0 THEN '(' || p || ')' WHEN 1 THEN p ELSE error('Regular expressions passed into extraction functions must not have more than 1 capturing group') END
_FOUND(e STRING, p STRING) = CASE WHEN e = '' AND bq__groups(bq__bare(p)) = 1 AND regexp_matches(bq__bare(p), '\)[?*{]|\|') THEN error('the local warehouse does not translate REGEXP_EXTRACT of a group that may be left out') ELSE e END
REGEXP_EXTRACT(s STRING, p STRING) = CASE WHEN regexp_matches(s, p) THEN bq__found(regexp_extract(s, bq__one_group(p), 1), p) END
REGEXP_REPLACE(s STRING, p STRING, r STRING) = regexp_replace(s, p, r, 'g')
JSON_VALUE(j, p STRING) = CASE json_type(TRY_CAST(j AS JSON), p) WHEN 'OBJECT' THEN NULL WHEN 'ARRAY' THEN NULL ELSE json_extract_string(TRY_CAST(j AS JSON), p) END
JSON_QUERY_ARRAY(j) = CASE json_type(TRY_CAST(j AS JSON)) WHEN 'ARRAY' THEN CAST(json_extract(TRY_CAST(j AS JSON), '$[*]') AS VARCHAR[]) END
TO_JSON_STRING(x) = CASE WHEN regexp_matches(typeof(x), 'TIMESTAMP|DOUBLE|DECIMAL|BLOB|INTERVAL') THEN error('the local warehouse does not translate TO_JSON_STRING of ' || typeof(x)) ELSE CAST(to_json(x) AS VARCHAR) END
ARRAY_LENGTH(a) = len(a)
ARRAY_TO_STRING(a, d) = array_to_string(a, d)
ARRAY_CONCAT(a, b) = CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN list_concat(a, b) END
_SAFE_OFFSET(a, n INT64) = CASE WHEN n >= 0 THEN a[n + 1] END
_OFFSET(a, n INT64) = CASE WHEN n < 0 OR n >= len(a) THEN error('Array index ' || n || ' is out of bounds') ELSE a[n + 1] END
GENERATE_ARRAY(a INT64, b INT64) = generate_series(a, b)
_DAY(x) = CASE WHEN typeof(x) = 'DATE' THEN CAST(x AS DATE) ELSE error('the local warehouse does not translate a date function of ' || typeof(x)) END
DATE(x) = CASE WHEN typeof(x) = 'VARCHAR' THEN error('the local warehouse does not translate DATE(STRING): use CAST') ELSE CAST(x AS DATE) END
DATE(t TIMESTAMP, z STRING) = CAST(t AT TIME ZONE z AS DATE)
DATE(y INT64, m INT64, d INT64) = make_date(y, m, d)
GENERATE_DATE_ARRAY(a, b, i INTERVAL) = CAST(generate_series(bq__day(a), bq__day(b), i) AS DATE[])
DATE_ADD(d, i INTERVAL) = CAST(bq__day(d) + i AS DATE)
DATE_SUB(d, i INTERVAL) = CAST(bq__day(d) - i AS DATE)
DATE_DIFF(a, b, p) = date_diff(p, bq__day(b), bq__day(a))
_WEEKS_BETWEEN(a, b, s) = date_diff('day', date_trunc('week', bq__day(b) + s::INTEGER), date_trunc('week', bq__day(a) + s::INTEGER)) // 7
DATE_TRUNC(d, p, s) = CAST(date_trunc(p, bq__day(d) + s::INTEGER) - to_days(s::INTEGER) AS DATE)
TIMESTAMP(x) = CAST(x AS TIMESTAMPTZ)
TIMESTAMP_ADD(t TIMESTAMP, i INTERVAL) = t + i
TIMESTAMP_SUB(t TIMESTAMP, i INTERVAL) = t - i
TIMESTAMP_DIFF(a TIMESTAMP, b TIMESTAMP, us INT64) = (epoch_us(a) - epoch_us(b)) // us
TIMESTAMP_TRUNC(t TIMESTAMP, p STRING, s INT64) = date_trunc(p, t + to_days(s::INTEGER)) - to_days(s::INTEGER)
TIMESTAMP_SECONDS(n INT64) = CAST(make_timestamp(n * 1000000) AS TIMESTAMPTZ)
TIMESTAMP_MILLIS(n INT64) = CAST(make_timestamp(n * 1000) AS TIMESTAMPTZ)
TIMESTAMP_MICROS(n INT64) = CAST(make_timestamp(n) AS TIMESTAMPTZ)
UNIX_SECONDS(t TIMESTAMP) = epoch_us(date_trunc('second', t)) // 1000000
UNIX_MILLIS(t TIMESTAMP) = epoch_us(date_trunc('millisecond', t)) // 1000
UNIX_MICROS(t TIMESTAMP) = epoch_us(t)
_EXTRACT(p STRING, x) = CASE WHEN regexp_matches(typeof(x), '^(DATE|TIMESTAMP)') THEN date_part(p, x) ELSE error('the local warehouse does not translate EXTRACT from ' || typeof(x)) END
_DAYOFWEEK(x) = bq__extract('dow', x) + 1
FORMAT_DATE(f, d) = strftime(bq__day(d), f)
PARSE_DATE(f, s) = CAST(strptime(s, f) AS DATE)
FORMAT_TIMESTAMP(f, t) = strftime(t, f)
FORMAT_TIMESTAMP(f, t, z) = strftime(t AT TIME ZONE z, f)
PARSE_TIMESTAMP(f, s) = CAST(strptime(s, f) AS TIMESTAMPTZ)
_CAST_INT64(x) = CASE WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN CAST(round(CAST(x AS DOUBLE)) AS BIGINT) WHEN typeof(x) = 'VARCHAR' AND NOT regexp_full_match(CAST(x AS VARCHAR), '\s*[+-]?\d+\s*') THEN CAST('Bad int64 value: ' || CAST(x AS VARCHAR) AS BIGINT) ELSE CAST(x AS BIGINT) END
_CAST_FLOAT64(x) = CAST(x AS DOUBLE)
_CAST_NUMERIC(x) = CAST(x AS DECIMAL(38,9))
_CAST_BOOL(x) = CASE WHEN typeof(x) = 'VARCHAR' AND lower(CAST(x AS VARCHAR)) NOT IN ('true', 'false') THEN CAST('Bad bool value: ' || CAST(x AS VARCHAR) AS BOOLEAN) ELSE CAST(x AS BOOLEAN) END
_CAST_DATE(x) = CAST(x AS DATE)
_CAST_DATETIME(x) = CAST(x AS TIMESTAMP)
_LOCAL(t TIMESTAMP) = CAST(t AS TIMESTAMP)
_LOCAL(t TIMESTAMP, z STRING) = t AT TIME ZONE z
_CAST_TIMESTAMP(x) = CAST(x AS TIMESTAMPTZ)
_INSTANT_TEXT(x) = regexp_replace(regexp_replace(strftime(CAST(x AS TIMESTAMPTZ), '%Y-%m-%d %H:%M:%S.%f'), '\.?000$', ''), '\.000$', '') || CASE WHEN typeof(x) = 'TIMESTAMP' THEN '' ELSE '+00' END
_CAST_STRING(x) = CASE WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN regexp_replace(CAST(x AS VARCHAR), '\.0$', '') WHEN starts_with(typeof(x), 'DECIMAL') THEN regexp_replace(CAST(x AS VARCHAR), '\.?0+$', '') WHEN starts_with(typeof(x), 'TIMESTAMP') THEN bq__instant_text(x) WHEN regexp_matches(typeof(x), '\]$|^STRUCT|^JSON|^BLOB') THEN error('the local warehouse does not translate CAST AS STRING of ' || typeof(x)) ELSE CAST(x AS VARCHAR) END
`;

/** Each line as name, parameters (name and type, or name) and body. */
const parsed = SIGNATURES.trim()
  .split('\n')
  .map((line) => {
    const [, name = '', parameters = '', body = ''] = /^(\w+)\((.*?)\) = (.*)$/.exec(line) ?? [];
    return { name, parameters: parameters.split(', '), body };
  });

export const FUNCTIONS: ReadonlySet<string> = new Set(parsed.map(({ name }) => name));

export const macroName = (name: string) => `bq_${name.toLowerCase()}`;

const UNNEST = 'CREATE MACRO bq__unnest(a) AS TABLE SELECT unnest(a), generate_subscripts(a, 1) - 1';

/** Statements that define them in a fresh DuckDB, overloads (by number of parameters) together. */
export function macros(): string {
  const statements = [...FUNCTIONS].map((name) => {
    const overloads = parsed
      .filter((each) => each.name === name)
      .map(({ parameters, body }) => {
        const typed = parameters.map((parameter) => {
          const [variable = '', type] = parameter.split(' ');
          return type ? `${variable} ${type === 'INTERVAL' ? type : scalarType(type)}` : variable;
        });
        return `(${typed.join(', ')}) AS (${body})`;
      });
    return `CREATE MACRO ${macroName(name)}${overloads.join(', ')}`;
  });
  return [UNNEST, ...statements].join(';\n');
}

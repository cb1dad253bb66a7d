import { ApiError } from './errors.ts';

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical#reserved_keywords */
const RESERVED = new Set(
  `ALL AND ANY ARRAY AS ASC ASSERT_ROWS_MODIFIED AT BETWEEN BY CASE CAST COLLATE CONTAINS CREATE CROSS CUBE CURRENT
  DEFAULT DEFINE DESC DISTINCT ELSE END ENUM ESCAPE EXCEPT EXCLUDE EXISTS EXTRACT FALSE FETCH FOLLOWING FOR FROM FULL
  GROUP GROUPING GROUPS HASH HAVING IF IGNORE IN INNER INTERSECT INTERVAL INTO IS JOIN LATERAL LEFT LIKE LIMIT LOOKUP
  MERGE NATURAL NEW NO NOT NULL NULLS OF ON OR ORDER OUTER OVER PARTITION PRECEDING PROTO QUALIFY RANGE RECURSIVE
  RESPECT RIGHT ROLLUP ROWS SELECT SET SOME STRUCT TABLESAMPLE THEN TO TREAT TRUE UNBOUNDED UNION UNNEST USING WHEN
  WHERE WINDOW WITH WITHIN`.split(/\s+/),
);

/**
 * A name that is written without backticks, where a path begins. A project's may have dashes, and what stands between
 * them is read as what it looks like: all-hands, group-7, acme-7f and acme-1e5 are none.
 */
export function checkUnquoted(name: string): void {
  const [first = '', ...rest] = name.split('-');
  const keyword = [first, ...rest].find((part) => RESERVED.has(part.toUpperCase()));
  if (keyword)
    throw new ApiError('invalidQuery', `Syntax error: Unexpected keyword ${keyword.toUpperCase()}`);
  const odd = rest.find((part) => !/^(\d+|[a-z_]\w*)$/i.test(part));
  if (odd !== undefined)
    throw new ApiError('invalidQuery', `Syntax error: "${name}" is no name without backticks: "${odd}"`);
}

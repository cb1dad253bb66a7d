/** Results in the form that BigQuery sends: https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/getQueryResults */
import type {
  DuckDBBlobValue,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBValue,
} from '@duckdb/node-api';
import { ApiError } from './errors.ts';
import type { Job } from './jobs.ts';
import type { Field } from './types.ts';

const PAGE_BYTES = 10e6;

/**
 * Rows from `from` on as JSON texts, as many as a page holds; `next` is where the next page begins. With `micros` a
 * TIMESTAMP is microseconds, without it seconds.
 */
export function page({ reader, fields }: Job, from: number, most: number, micros: boolean) {
  const total = reader?.currentRowCount ?? 0;
  const rows: string[] = [];
  for (let bytes = 0, row = from; row < Math.min(total, from + most) && bytes < PAGE_BYTES; row++) {
    const cells = fields.map((field, at) => ({ v: wire(reader?.value(at, row) ?? null, field, micros) }));
    bytes += rows[rows.push(JSON.stringify({ f: cells })) - 1]?.length ?? 0;
  }
  const next = from + rows.length;
  return { total, rows, next: next < total ? next : undefined };
}

function wire(value: DuckDBValue, field: Field, micros: boolean): unknown {
  if (field.mode === 'REPEATED') {
    // A NULL array reads as an empty one in a result.
    const items = (value as DuckDBListValue | null)?.items ?? [];
    if (items.includes(null)) throw new ApiError('invalidQuery', 'Array cannot have a null element');
    return items.map((item) => ({ v: wire(item, { ...field, mode: 'NULLABLE' }, micros) }));
  }
  if (value === null) return null;
  switch (field.type) {
    case 'RECORD': {
      const members = Object.values((value as DuckDBStructValue).entries);
      return {
        f: (field.fields ?? []).map((member, at) => ({ v: wire(members[at] ?? null, member, micros) })),
      };
    }
    case 'TIMESTAMP': {
      const { micros: since1970 } = value as DuckDBTimestampTZValue;
      return String(micros ? since1970 : Number(since1970) / 1e6);
    }
    case 'DATETIME':
      return String(value).replace(' ', 'T');
    case 'BYTES':
      return Buffer.from((value as DuckDBBlobValue).bytes).toString('base64');
    case 'NUMERIC':
      return String(value)
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, '');
    default:
      return String(value);
  }
}

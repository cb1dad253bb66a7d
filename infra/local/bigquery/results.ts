/** Results in the form that BigQuery sends: https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/getQueryResults */
import {
  DuckDBBlobValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import { ApiError } from './errors.ts';

/** `micros`: whether a TIMESTAMP is microseconds (formatOptions.useInt64Timestamp) or seconds. */
export function cell(value: DuckDBValue, micros: boolean): { v: unknown } {
  return { v: wire(value, micros) };
}

export const emptyArrays = (value: unknown, repeated: boolean) => (repeated ? (value ?? []) : value);

function wire(value: DuckDBValue, micros: boolean): unknown {
  if (value === null) return null;
  if (value instanceof DuckDBListValue) {
    if (value.items.includes(null))
      throw new ApiError('invalidQuery', 'Array cannot have a null element; error in writing field');
    return value.items.map((item) => cell(item, micros));
  }
  if (value instanceof DuckDBStructValue)
    return { f: Object.values(value.entries).map((entry) => cell(entry, micros)) };
  if (value instanceof DuckDBTimestampTZValue)
    return micros ? String(value.micros) : String(Number(value.micros) / 1e6);
  if (value instanceof DuckDBTimestampValue) return value.toString().replace(' ', 'T');
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('base64');
  if (value instanceof DuckDBDecimalValue) return value.toString().replace(/\.?0+$/, '');
  return String(value);
}

/** A row as JSON can hold it: the client's wrappers for dates, times and exact numbers become plain values. */
export type PlainRow = Record<string, unknown>;

export const plainRows = (rows: PlainRow[]): PlainRow[] => rows.map((row) => plain(row) as PlainRow);

function plain(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plain);
  if (Buffer.isBuffer(value)) return value.toString('base64');
  const type = value.constructor.name;
  // BigQueryTimestamp, BigQueryDate … carry their text in `value`; NUMERIC comes as a Big.
  if (/^BigQuery/.test(type) && 'value' in value) return value.value;
  if (type === 'Big') return Number(value.toString());
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

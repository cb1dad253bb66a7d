import type { DuckDBConnection } from '@duckdb/node-api';
import { duckdbType, type Field, jsonStructure, literal, quoted } from './types.ts';

/** Appends records, as `recordValue` makes them, to the table of that path; they travel as one text. */
export async function append(
  connection: DuckDBConnection,
  path: string[],
  fields: Field[],
  records: unknown[],
): Promise<void> {
  if (records.length === 0) return;
  const row: Field = { name: '', type: 'RECORD', mode: 'REPEATED', fields };
  const rows = `CAST(from_json(j, ${literal(JSON.stringify(jsonStructure(row)))}) AS ${duckdbType(row)})`;
  // From a range and not from a constant: the optimizer would evaluate that, value by value.
  const insert = `INSERT INTO ${path.map(quoted).join('.')} BY NAME SELECT unnest(r) FROM (SELECT unnest(${rows}) AS r
    FROM (SELECT $1 AS j FROM range(1)))`;
  await connection.run(insert, [JSON.stringify(records)]);
}

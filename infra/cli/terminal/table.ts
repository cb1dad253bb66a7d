import Table from 'cli-table3';
import type { PlainRow } from '../target/rows.ts';
import { cleaned } from './clean.ts';

const NUMBER = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

export interface Column {
  head: string;
  cell: (row: PlainRow) => unknown;
}

/** Rows as a table for people; numbers stand to the right. */
export function tableOf(rows: PlainRow[], columns: Column[] = columnsOf(rows)): string {
  const table = new Table({
    head: columns.map(({ head }) => head),
    style: { head: [], border: [], compact: true },
    colAligns: columns.map(({ cell }) =>
      rows.some((row) => typeof cell(row) === 'number') ? 'right' : 'left',
    ),
  });
  for (const row of rows) table.push(columns.map(({ cell }) => text(cell(row))));
  return table.toString();
}

function columnsOf(rows: PlainRow[]): Column[] {
  return Object.keys(rows[0] ?? {}).map((head) => ({ head, cell: (row) => row[head] }));
}

function text(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return NUMBER.format(value);
  return cleaned(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

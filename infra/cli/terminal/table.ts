import Table from 'cli-table3';
import { cleaned } from './clean.ts';

const NUMBER = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

export interface Column<Row> {
  head: string;
  cell: (row: Row) => unknown;
}

/** Rows as a table for people; numbers stand to the right. */
export function tableOf<Row extends object>(rows: Row[], columns: Column<Row>[] = columnsOf(rows)): string {
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

function columnsOf<Row extends object>(rows: Row[]): Column<Row>[] {
  return Object.keys(rows[0] ?? {}).map((head) => ({ head, cell: (row) => row[head as keyof Row] }));
}

function text(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return NUMBER.format(value);
  return cleaned(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

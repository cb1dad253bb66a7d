import Table from 'cli-table3';
import type { PlainRow } from './rows.ts';

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

/** Comma-separated values with a header line: https://www.rfc-editor.org/rfc/rfc4180 */
export function csvOf(rows: PlainRow[]): string {
  const heads = columnsOf(rows).map(({ head }) => head);
  const quoted = (value: unknown) => {
    const cell =
      value === null || value === undefined
        ? ''
        : typeof value === 'object'
          ? JSON.stringify(value)
          : String(value);
    return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  };
  return [heads.map(quoted), ...rows.map((row) => heads.map((head) => quoted(row[head])))]
    .map((cells) => cells.join(','))
    .join('\n');
}

function columnsOf(rows: PlainRow[]): Column[] {
  return Object.keys(rows[0] ?? {}).map((head) => ({ head, cell: (row) => row[head] }));
}

function text(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return NUMBER.format(value);
  // Control characters of somebody's name must not move the operator's cursor.
  const cell = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return cell.replace(/\p{Cc}/gu, ' ');
}

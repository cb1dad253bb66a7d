import { Option } from 'commander';
import { cleaned } from './clean.ts';
import { drawn, fitted } from './fit.ts';

export const WIDE = new Option('--wide', 'show tables whole, however wide they are');
export type WideOptions = { wide?: boolean | undefined };

const NUMBER = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

export interface Column<Row> {
  head: string;
  cell: (row: Row) => unknown;
}

/**
 * Rows as a table for people; numbers stand to the right. `width`: of the screen, in characters, which it then fits as
 * far as it can: see fit.ts; undefined: it is as wide as its cells.
 */
export function tableOf<Row extends object>(
  rows: Row[],
  columns: Column<Row>[] = columnsOf(rows),
  width?: number,
): string {
  const table = {
    heads: columns.map(({ head }) => head),
    areNumbers: columns.map(({ cell }) => rows.some((row) => typeof cell(row) === 'number')),
    rows: rows.map((row) => columns.map(({ cell }) => text(cell(row)))),
  };
  return width === undefined ? drawn(table) : fitted(table, width);
}

/** The `width` of a table where nobody has said that it may be wide; what is piped is as wide as it gets. */
export const widthFor = (
  { wide }: WideOptions,
  terminal: { width: number | undefined },
): number | undefined => (wide ? undefined : terminal.width);

export function columnsOf<Row extends object>(rows: Row[]): Column<Row>[] {
  return Object.keys(rows[0] ?? {}).map((head) => ({ head, cell: (row) => row[head as keyof Row] }));
}

function text(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return NUMBER.format(value);
  return cleaned(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

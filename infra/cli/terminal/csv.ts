import { Option } from 'commander';

export const CSV = new Option(
  '--csv',
  'print comma-separated values with a header line; an apostrophe stands before text that a spreadsheet would run as a formula',
).conflicts('json');
export const RAW = new Option('--raw', 'the same without that apostrophe, for programs')
  .implies({ csv: true })
  .conflicts('json');

export type CsvOptions = { csv?: boolean; raw?: boolean };

/**
 * Comma-separated values with a header line: https://www.rfc-editor.org/rfc/rfc4180
 * `columns`: in their order; where there are rows those of the first one need no saying.
 */
export function csvOf<Row extends object>(
  rows: Row[],
  {
    columns = Object.keys(rows[0] ?? {}),
    raw = false,
  }: { columns?: string[]; raw?: boolean | undefined } = {},
): string {
  return [columns, ...rows.map((row) => columns.map((column) => row[column as keyof Row]))]
    .map((cells) => csvLine(cells, raw))
    .join('\n');
}

/** One line, without its end. `raw`: for programs. */
export const csvLine = (cells: unknown[], raw: boolean): string =>
  cells.map((cell) => cellOf(cell, raw)).join(',');

/** What makes a spreadsheet run a cell as a formula, full-width forms included. */
const STARTS_FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/**
 * Anybody may call themselves "=HYPERLINK(…)" on X. A spreadsheet takes text after an apostrophe for text; a number
 * stays one, also a negative one. https://owasp.org/www-community/attacks/CSV_Injection
 */
const defused = (text: string): string => (STARTS_FORMULA.test(text) ? `'${text}` : text);

/** What such a text was before. */
export const textBefore = (text: string): string =>
  text.startsWith("'") && STARTS_FORMULA.test(text.slice(1)) ? text.slice(1) : text;

function cellOf(value: unknown, raw: boolean): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const cell = raw ? text : defused(text);
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

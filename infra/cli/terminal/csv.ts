/** Of the option --csv. */
export const CSV_MEANING =
  'print comma-separated values with a header line; an apostrophe stands before text that a spreadsheet would run as a formula';

/** Comma-separated values with a header line: https://www.rfc-editor.org/rfc/rfc4180 */
export function csvOf<Row extends object>(rows: Row[]): string {
  const heads = Object.keys(rows[0] ?? {});
  return [heads, ...rows.map((row) => heads.map((head) => row[head as keyof Row]))]
    .map((cells) => cells.map(cellOf).join(','))
    .join('\n');
}

/** What makes a spreadsheet run a cell as a formula, full-width forms included. */
const STARTS_FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/**
 * Anybody may call themselves "=HYPERLINK(…)" on X. A spreadsheet takes text after an apostrophe for text; a number
 * stays one, also a negative one. https://owasp.org/www-community/attacks/CSV_Injection
 */
const defused = (text: string): string => (STARTS_FORMULA.test(text) ? `'${text}` : text);

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const cell = defused(typeof value === 'object' ? JSON.stringify(value) : String(value));
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

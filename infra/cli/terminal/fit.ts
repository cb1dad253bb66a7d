import Table from 'cli-table3';

/** A table as it stands on the screen. */
export interface Printed {
  heads: string[];
  areNumbers: boolean[];
  rows: string[][];
}

/** A column of text is never narrower than that, its margins included: what is left of it must say something. */
const LEAST = 14;
/** A run's, or a dispatch's; commands take its beginning. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SHORT_ID = 8;

/** As wide as its cells, or with columns of these widths, in which longer text ends in "…". */
export function drawn({ heads, areNumbers, rows }: Printed, widths?: number[]): string {
  const table = new Table({
    head: heads,
    style: { head: [], border: [], compact: true },
    colAligns: areNumbers.map((is) => (is ? 'right' : 'left')),
    ...(widths && { colWidths: widths }),
  });
  for (const row of rows) table.push(row);
  return table.toString();
}

/**
 * The table as it fits a screen: what is empty is left out, ids are shortened, then the longest texts, then columns
 * from the right are left out; a line below says so. A single row becomes a list, which has room for all of it.
 */
export function fitted(table: Printed, width: number): string {
  const whole = drawn(table);
  if (sum(widthsIn(whole)) <= width) return whole;
  const [row, ...others] = table.rows;
  if (row && others.length === 0) return listed(table.heads, row);
  const filled = table.heads.flatMap((_, at) => (table.rows.some((cells) => cells[at] !== '') ? [at] : []));
  const narrow = shortened(withColumns(table, filled));
  const widths = cut(widthsIn(drawn(narrow)), narrow.areNumbers, width);
  const fit = widths.findIndex((_, at) => sum(widths.slice(0, at + 1)) > width);
  const shown = widths.map((_, at) => at).slice(0, fit === -1 ? widths.length : Math.max(1, fit));
  const left = table.heads.filter((head) => !shown.some((at) => table.heads[filled[at] ?? -1] === head));
  const lines = drawn(
    withColumns(narrow, shown),
    widths.slice(0, shown.length).map((each) => Math.min(each, width - 1)),
  );
  return `${lines}\n${left.length > 0 ? `left out: ${left.join(', ')}; ` : ''}--wide shows everything`;
}

const withColumns = ({ heads, areNumbers, rows }: Printed, columns: number[]): Printed => {
  const of = <T>(list: T[]) => columns.flatMap((at) => list.slice(at, at + 1));
  return { heads: of(heads), areNumbers: of(areNumbers), rows: rows.map(of) };
};

/** A heading of several words takes several lines. */
const shortened = ({ heads, areNumbers, rows }: Printed): Printed => ({
  heads: heads.map((head) => head.replaceAll(' ', '\n')),
  areNumbers,
  rows: rows.map((cells) => cells.map((cell) => (UUID.test(cell) ? cell.slice(0, SHORT_ID) : cell))),
});

/** Takes from the widest text, again and again, until the table fits or no text can give any more. */
function cut(natural: number[], areNumbers: boolean[], width: number): number[] {
  const widths = [...natural];
  while (sum(widths) > width) {
    const widest = Math.max(...widths.filter((_, at) => !areNumbers[at]));
    if (widest <= LEAST) break;
    widths[widths.findIndex((each, at) => each === widest && !areNumbers[at])] = widest - 1;
  }
  return widths;
}

/** Of its columns, with the margins, as its upper border has them. */
const widthsIn = (text: string): number[] =>
  text
    .slice(1, text.indexOf('┐'))
    .split('┬')
    .map((piece) => piece.length);

/** With a border before each column and one after the last. */
const sum = (widths: number[]): number => widths.reduce((all, each) => all + each + 1, 1);

function listed(heads: string[], row: string[]): string {
  const width = Math.max(...heads.map((head) => head.length));
  return heads.map((head, at) => `${head.padEnd(width)}  ${row[at]}`.trimEnd()).join('\n');
}

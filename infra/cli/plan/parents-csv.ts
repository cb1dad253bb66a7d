import type { RequestedParent } from '../../../shared/messages/dispatch-request.ts';
import { isAccountId } from '../../../shared/messages/formats.ts';
import { cleaned } from '../terminal/clean.ts';
import { textBefore } from '../terminal/csv.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { usernameOf } from '../terminal/options.ts';
import { withoutUnseen } from '../terminal/unseen.ts';

/** What stands in it are ids, which need not say so. */
const OF_IDS = /(^|_)ids?$/i;

/**
 * One parent a row: what stands in that column of comma-separated values with a header, such as "dodo query --csv"
 * writes. Rows in which nothing stands say nothing. A mistake is refused: X would be asked, and paid, for what it hides.
 */
export async function parentsInColumn(
  content: string,
  column: string,
  name: string,
): Promise<RequestedParent[]> {
  // Only those who have such a file wait for it to load.
  const { read } = await import('vega');
  const rows = read(content.replace(/^\uFEFF/, ''), { type: 'csv' }) as Record<string, string>[];
  const columns = Object.keys(rows[0] ?? {});
  const is = (wanted: string) => (head: string) => withoutUnseen(head).toLowerCase() === wanted.toLowerCase();
  const head = columns.find(is(column));
  if (rows.length > 0 && head === undefined)
    throw new WrongUsage(`${name} has no column "${cleaned(column)}". It has ${listOf(columns)}.`);
  const parents = rows.flatMap((row, at) => {
    if (Object.values(row).every((cell) => withoutUnseen(cell) === '')) return [];
    const parent = parentIn(row[head ?? ''] ?? '', OF_IDS.test(column));
    if (typeof parent === 'string') throw new WrongUsage(`row ${at + 1} of ${name}: ${parent}`);
    return [parent];
  });
  if (parents.length === 0) throw new WrongUsage(`${name} names no account.`);
  return parents;
}

/** The parent, or what is wrong with the cell. */
function parentIn(cell: string, areIds: boolean): RequestedParent | string {
  const text = withoutUnseen(textBefore(withoutUnseen(cell)));
  if (text === '') return 'nothing stands in that column.';
  return usernameOf(areIds && isAccountId(text) ? `id:${text}` : text);
}

const listOf = (columns: string[]): string =>
  columns.map((each) => `"${cleaned(each.slice(0, 60))}"`).join(', ');

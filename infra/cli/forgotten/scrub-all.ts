import { commandOn } from '../target/again.ts';
import type { Context } from '../target/target.ts';
import { agree } from '../terminal/agree.ts';
import { counted } from '../terminal/figures.ts';
import type { AnsweredOptions } from '../terminal/options.ts';
import { type Column, tableOf, type WideOptions, widthFor } from '../terminal/table.ts';
import { forgottenAccounts } from './accounts.ts';
import { countScrub, type ScrubCount, scrub, YOUNG_MINUTES } from './scrub.ts';
import { markScrubbed } from './undo.ts';

const COLUMNS: Column<ScrubCount>[] = [
  { head: 'table', cell: ({ table }) => table },
  { head: 'what is done', cell: ({ does }) => does },
  { head: 'rows', cell: ({ now }) => now },
  { head: 'too young', cell: ({ later }) => later },
];

/** Says what is to be rewritten, asks, and does it. Returns what it has counted before. Throws RetryLater. */
export async function scrubAll(
  { yes, json, wide }: AnsweredOptions & WideOptions,
  context: Context,
): Promise<ScrubCount[]> {
  const { terminal, target, clock } = context;
  const say = (line: string) => (json ? terminal.note(line) : terminal.print(line));
  const forgotten = await forgottenAccounts(target);
  const nowMs = clock.now();
  const counts = await countScrub(target, forgotten, nowMs);
  say(tableOf(counts, COLUMNS, widthFor({ wide }, terminal)));
  const sum = (column: 'now' | 'later') => counts.reduce((all, each) => all + each[column], 0);
  if (sum('now') > 0) {
    await agree(`This rewrites or deletes ${counted(sum('now'), 'stored row')} for good.`, yes, terminal);
    await markScrubbed(target, nowMs);
    await scrub(target, forgotten, nowMs, counts);
    say(`scrubbed ${counted(sum('now'), 'row')}.`);
  }
  if (sum('later') > 0)
    say(
      `${counted(sum('later'), 'row is', 'rows are')} younger than ${YOUNG_MINUTES} minutes, and BigQuery changes none that young: run "${commandOn(target, 'forget --scrub')}" again then.`,
    );
  return counts;
}

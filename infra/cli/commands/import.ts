import { Command } from 'commander';
import { isLoopbackName } from '../../local/emulators.ts';
import { forgottenAccounts } from '../forgotten/accounts.ts';
import { importArchives } from '../import/import-archives.ts';
import { assertKept } from '../import/kept.ts';
import { type Survey, survey, surveyText } from '../import/survey.ts';
import { commandOn } from '../target/again.ts';
import type { Context, Surroundings, Target } from '../target/target.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { counted } from '../terminal/figures.ts';
import { nowAndThen } from '../terminal/now-and-then.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface ImportOptions {
  job: string;
  dryRun?: boolean;
  json?: boolean;
}

export const importCommand = ({ onReadable }: Surroundings) =>
  new Command('import')
    .description('take in lists that twarc2 has read ("twarc2 following"): years that are paid for already')
    .argument(
      '<file...>',
      'archives as twarc2 writes them (JSON Lines), gzipped or not, in the order of time',
    )
    .option('--job <name>', 'name that the lists go by in the views', 'import')
    .option('--dry-run', 'read the files and say what they hold, and store nothing')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action((files: string[], options: ImportOptions) =>
      onReadable((context) => run({ ...options, files }, context)),
    );

const HELP = `
A list is complete where its pages follow from one another, from the first to the one after which X named no other; of
flattened archives ("twarc2 flatten") nothing says so, and their lists are partial: no change is computed from them.
X is not asked, and nothing is paid for. A second import of a file, or of another one with the same lists, adds nothing.
A file that is cut off, or has a line of something else, is refused with the number of the line, and nothing is stored.

Example:
  npx dodo import following-2024.jsonl following-2025.jsonl.gz`;

async function run(
  { files, job, dryRun, json }: ImportOptions & { files: string[] },
  { terminal, target, clock }: Context,
): Promise<void> {
  if (job === '' || job.length > 200) throw new WrongUsage('--job is a name of 1 to 200 characters.');
  const nowMs = clock.now();
  const waiting = nowAndThen(clock, terminal);
  const found = await survey(files, nowMs, (read) =>
    waiting(() => `${counted(read, 'page')} read so far. Nothing is stored before all of them are.`),
  );
  if (found.pages === 0) throw new WrongUsage(`${files.join(', ')}: there is nothing in it.`);
  await assertKept(target, found, nowMs);
  noteStrangers(found, target, terminal);
  const say = (line: string) => (json ? terminal.note(line) : terminal.print(line));
  say(surveyText(found));
  const told = (there: number) =>
    waiting(
      () =>
        `${there} of ${counted(found.pages, 'page')} are there. What is there stays, should this be stopped.`,
    );
  const added = dryRun ? 0 : await importArchives(target, files, { job, nowMs, ...found }, told);
  if (added > 0) await noteForgotten(found, target, terminal);
  const { lists, complete, pages, friends, parentIds } = found;
  const sums = { lists, complete, partial: lists - complete, parents: parentIds.size, pages, friends };
  if (json) return terminal.print(JSON.stringify({ ...sums, added }));
  terminal.print(dryRun ? 'nothing was stored.' : doneText(added, pages, commandOn(target, 'changes')));
}

/** Accounts of two Xs should not share a folder: analysts could not tell them apart. */
function noteStrangers({ hosts }: Survey, { where, x }: Target, terminal: Terminal): void {
  const other = [...hosts].find((host) => isLoopbackName(host) !== (x === 'simulated'));
  if (other !== undefined && where !== 'Google Cloud')
    terminal.note(
      `note: this was read from ${other}, and the data here is of ${x === 'simulated' ? 'a simulated' : 'the real'} X: --data keeps them apart.`,
    );
}

/** Whoever was scrubbed has no stored row any more, but for those that an archive brings. */
async function noteForgotten({ parentIds }: Survey, target: Target, terminal: Terminal): Promise<void> {
  const forgotten = await forgottenAccounts(target);
  const parents = new Set(forgotten.flatMap(({ id }) => (id !== null && parentIds.has(id) ? id : [])));
  if (parents.size > 0)
    terminal.note(
      `note: ${counted(parents.size, 'of the parents is', 'of the parents are')} forgotten: no view shows what was imported of them.`,
    );
  if (forgotten.some(({ is_scrubbed }) => is_scrubbed))
    terminal.note(
      `note: whoever was scrubbed is stored again where the archive has them: ${commandOn(target, 'forget --scrub')}`,
    );
}

function doneText(added: number, pages: number, next: string): string {
  const there = pages - added;
  if (added === 0) return 'all of it was there already: nothing was added.';
  const already = there > 0 ? `; ${counted(there, 'page was', 'pages were')} there already` : '';
  return `imported ${counted(added, 'page')}${already}. What they tell: ${next}`;
}

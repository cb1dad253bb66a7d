import { Command } from 'commander';
import { assertOfChecks, CHECK, type CheckOptions, KEYFRAME, MAX_DEPTH } from '../plan/check-options.ts';
import { planLines, planScrape } from '../plan/scrape-plan.ts';
import {
  type Chosen,
  COLUMN,
  chosen,
  FILE,
  FRIENDS_OF,
  OF_FILES,
  type SelectionOptions,
} from '../plan/selection.ts';
import { stopFields, stopLinesAhead, stopsAhead } from '../stops/in-force.ts';
import type { Context, Surroundings } from '../target/target.ts';
import { wholeNumber } from '../terminal/options.ts';

type EstimateOptions = SelectionOptions & CheckOptions & { pageSize?: number; json?: boolean };

export const estimateCommand = ({ terminal, onReadable }: Surroundings) =>
  new Command('estimate')
    .description('what a run would take: pages, calls to X, cost, time; publishes nothing')
    .argument('[parent...]', 'usernames')
    .option('--page-size <n>', 'friends per page, 1 to 1000', wholeNumber(1, 1000))
    .addOption(CHECK)
    .addOption(KEYFRAME)
    .addOption(MAX_DEPTH)
    .option('--json', 'print one JSON object')
    .addOption(FILE)
    .addOption(COLUMN)
    .addOption(FRIENDS_OF)
    .addHelpText(
      'after',
      '\nExamples:\n  npx dodo estimate --friends-of city_observer\n  npx dodo estimate three_pages --check',
    )
    .addHelpText(
      'after',
      `
"counts" says where the figures come from, and how old that is: the newest that X said of an account when it was asked
for, or when it stood in somebody's list of friends. "At least" stands before a floor alone; an account of which no count
is known adds a list of unknown length, and "--max-cost" of dispatch bounds what that may cost.`,
    )
    .addHelpText('after', OF_FILES)
    .action(async (names: string[], options: EstimateOptions) => {
      assertOfChecks(options);
      const choice = await chosen(names, options, terminal);
      await onReadable((context) => run({ ...options, choice }, context));
    });

async function run(options: EstimateOptions & { choice: Chosen }, { terminal, target }: Context) {
  const plan = await planScrape(target, options.choice, options);
  const { notes } = plan.selection;
  const stops = await stopsAhead(target);
  const stopped = stopFields(stops);
  if (options.json) terminal.print(JSON.stringify({ ...plan.estimate, x: target.x, stopped, notes }));
  else terminal.print([...stopLinesAhead(stops, target), ...planLines(plan, target)].join('\n'));
}

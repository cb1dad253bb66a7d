import { Command } from 'commander';
import { planLines, planScrape } from '../plan/scrape-plan.ts';
import { chosen, SELECTION_OPTIONS, type SelectionOptions } from '../plan/selection.ts';
import { findReadable, type GlobalOptions, withTarget } from '../target/target.ts';
import { wholeNumber } from '../terminal/options.ts';

interface EstimateOptions extends SelectionOptions {
  pageSize?: number;
  json?: boolean;
}

export function estimateCommand(): Command {
  const command = new Command('estimate')
    .description('what a run would take: pages, calls to X, cost, time; publishes nothing')
    .argument('[parent...]', 'usernames')
    .option('--page-size <n>', 'friends per page, 1 to 1000', wholeNumber(1, 1000))
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  npx dodo estimate --friends-of city_observer')
    .action(async (names: string[], options: EstimateOptions, command: Command) => {
      const choice = await chosen(names, options);
      await withTarget(await findReadable(command.optsWithGlobals<GlobalOptions>()), async (target) => {
        const plan = await planScrape(target, choice, options);
        const { notes } = plan.selection;
        if (options.json) console.log(JSON.stringify({ ...plan.estimate, x: target.x, notes }));
        else console.log(planLines(plan, target).join('\n'));
      });
    });
  for (const option of SELECTION_OPTIONS) command.addOption(option);
  return command;
}

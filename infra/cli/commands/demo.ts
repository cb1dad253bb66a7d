import { join } from 'node:path';
import { Command } from 'commander';
import { type RealScrape, scrapeRealX } from '../rehearsal/real-x.ts';
import { rehearse } from '../rehearsal/rehearse.ts';
import type { Surroundings } from '../target/target.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { amount } from '../terminal/options.ts';
import { WIDE } from '../terminal/table.ts';

export const demoCommand = (surroundings: Surroundings) =>
  new Command('demo')
    .description(
      'rehearse the whole road on this machine, over five days of a simulated X, the last of them one of checks; or scrape real accounts',
    )
    .argument('[parent...]', 'usernames at the real X, which X_BEARER_TOKEN is needed for')
    .option('--job <name>', 'with parents: name of the job, as the history shows it', 'manual')
    .option('--max-cost <usd>', 'with parents: most that their lists may cost together', amount)
    .option('--yes', 'with parents: do not ask, whatever it costs')
    .addOption(WIDE)
    .addHelpText('after', '\nExamples:\n  npm start\n  npm start -- nasa esa --max-cost 10')
    .action((names: string[], options: RealScrape) => run(names, options, surroundings));

async function run(names: string[], options: RealScrape, surroundings: Surroundings): Promise<void> {
  const { data, isDataNamed } = surroundings.globals;
  if (names.length > 0)
    // A folder that was not named would be the simulator's.
    return scrapeRealX(names, options, isDataNamed ? data : join(data, 'real'), surroundings);
  if (options.maxCost !== undefined || options.yes)
    throw new WrongUsage('--max-cost and --yes go with the parents to scrape: npm start -- PARENT…');
  await rehearse(surroundings, options);
}

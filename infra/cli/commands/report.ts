import { Command } from 'commander';
import { systemClock } from '../../../shared/clock.ts';
import { findReadable, type GlobalOptions } from '../target/target.ts';
import { utcTime } from './changes.ts';

export const reportCommand = () =>
  new Command('report')
    .description('write one self-contained HTML page over the history: charts, latest changes, health, cost')
    .option('--out <file>', 'where to write it; an older report is replaced', 'dodo-report.html')
    .option('--since <date>', 'only what was dispatched or seen since this day or time (UTC)', utcTime)
    .addHelpText('after', '\nExample:\n  npx dodo report --out november.html --since 2026-11-01')
    .action(async ({ out, since }: { out: string; since?: string }, command: Command) => {
      // Only this command needs the charting library, which takes its time to load.
      const { writeReport } = await import('../report/write.ts');
      const target = await findReadable(command.optsWithGlobals<GlobalOptions>());
      try {
        console.log(await writeReport(target, { out, since, clock: systemClock }));
      } finally {
        await target.close();
      }
    });

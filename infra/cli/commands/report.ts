import { Command } from 'commander';
import type { Context, Surroundings } from '../target/target.ts';
import { utcTime } from '../terminal/options.ts';

type ReportOptions = { out: string; since?: number };

export const reportCommand = ({ onReadable }: Surroundings) =>
  new Command('report')
    .description('write one self-contained HTML page over the history: news, charts, freshness, health, cost')
    .option('--out <file>', 'where to write it; an older report is replaced', 'dodo-report.html')
    .option('--since <date>', 'only what was dispatched or seen since this day or time (UTC)', utcTime)
    .addHelpText('after', '\nExample:\n  npx dodo report --out november.html --since 2026-11-01')
    .action((options: ReportOptions) => onReadable((context) => run(options, context)));

async function run({ out, since }: ReportOptions, { terminal, target }: Context): Promise<void> {
  // Only this command needs the charting library, which takes its time to load.
  const { writeReport } = await import('../report/write.ts');
  terminal.print(await writeReport(target, out, since));
}

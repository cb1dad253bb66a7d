import { existsSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { changesCommand } from './commands/changes.ts';
import { confirmCommand } from './commands/confirm.ts';
import { demoCommand } from './commands/demo.ts';
import { dispatchCommand } from './commands/dispatch.ts';
import { estimateCommand } from './commands/estimate.ts';
import { forgetCommand } from './commands/forget.ts';
import { localCommand } from './commands/local.ts';
import { queryCommand } from './commands/query.ts';
import { rejectedCommand } from './commands/rejected.ts';
import { reportCommand } from './commands/report.ts';
import { republishCommand } from './commands/republish.ts';
import { statusCommand } from './commands/status.ts';
import { explained } from './terminal/explain.ts';

const USAGE = 2;
const SETTINGS_FILE = '.env';

const COMMANDS = [
  demoCommand,
  localCommand,
  dispatchCommand,
  estimateCommand,
  statusCommand,
  republishCommand,
  rejectedCommand,
  changesCommand,
  confirmCommand,
  forgetCommand,
  queryCommand,
  reportCommand,
];

function program(): Command {
  const dodo = new Command('dodo')
    .description('Records whom chosen X accounts follow, run after run, and tells what changed.')
    .option('--data <dir>', 'where the local data lies', '.dodo')
    .option('--project <id>', 'use this Google Cloud project instead of the local stack')
    .option('--verbose', 'show the stack trace of an error')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      'after',
      '\nExample:\n  npx dodo status          (each command has its own: npx dodo help status)',
    )
    .exitOverride();
  for (const command of COMMANDS) dodo.addCommand(command().copyInheritedSettings(dodo));
  return dodo;
}

async function main(argv: string[]): Promise<number> {
  const dodo = program();
  try {
    // What is set in the environment already stays.
    if (existsSync(SETTINGS_FILE)) process.loadEnvFile(SETTINGS_FILE);
    await dodo.parseAsync(argv);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    const { text, exitCode } = explained(error);
    if (dodo.opts().verbose) console.error(error);
    console.error(`dodo: ${text}`);
    return exitCode;
  }
}

// Whoever reads the output may have enough of it (`dodo query … | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await main(process.argv);

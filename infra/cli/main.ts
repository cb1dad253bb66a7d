import { Command, CommanderError } from 'commander';
import { ConfigError } from '../../shared/errors.ts';
import { changesCommand } from './changes.ts';
import { demoCommand } from './demo.ts';
import { dispatchCommand } from './dispatch.ts';
import { Failure } from './errors.ts';
import { localCommand } from './local.ts';
import { queryCommand } from './query.ts';
import { reportCommand } from './report.ts';

const USAGE = 2;

function program(): Command {
  const dodo = new Command('dodo')
    .description('Records whom chosen X accounts follow, run after run, and tells what changed.')
    .option('--data <dir>', 'where the local data lies', '.dodo')
    .option('--project <id>', 'use this Google Cloud project instead of the local stack')
    .option('--verbose', 'show the stack trace of an error')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  for (const command of [
    demoCommand,
    localCommand,
    dispatchCommand,
    changesCommand,
    queryCommand,
    reportCommand,
  ]) {
    dodo.addCommand(command().copyInheritedSettings(dodo));
  }
  return dodo;
}

async function main(argv: string[]): Promise<number> {
  const dodo = program();
  try {
    await dodo.parseAsync(argv);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    if (dodo.opts().verbose) console.error(error);
    else console.error(`dodo: ${(error as Error).message}`);
    if (error instanceof Failure) return error.exitCode;
    if (!(error instanceof ConfigError) && !dodo.opts().verbose) console.error('(--verbose shows where)');
    return 1;
  }
}

process.exitCode = await main(process.argv);

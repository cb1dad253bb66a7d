import { inspect } from 'node:util';
import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { changesCommand } from './commands/changes.ts';
import { complyCommand } from './commands/comply.ts';
import { confirmCommand } from './commands/confirm.ts';
import { demoCommand } from './commands/demo.ts';
import { dispatchCommand } from './commands/dispatch.ts';
import { estimateCommand } from './commands/estimate.ts';
import { exportCommand } from './commands/export.ts';
import { forgetCommand } from './commands/forget.ts';
import { goCommand } from './commands/go.ts';
import { importCommand } from './commands/import.ts';
import { localCommand } from './commands/local.ts';
import { queryCommand } from './commands/query.ts';
import { rejectedCommand } from './commands/rejected.ts';
import { reportCommand } from './commands/report.ts';
import { republishCommand } from './commands/republish.ts';
import { statusCommand } from './commands/status.ts';
import { stopCommand } from './commands/stop.ts';
import { DATA } from './target/again.ts';
import { findReadable, findRunning } from './target/find.ts';
import type { Context, GlobalOptions, Surroundings, Target } from './target/target.ts';
import { explained } from './terminal/explain.ts';
import type { Terminal } from './terminal/terminal.ts';

const USAGE = 2;

const COMMANDS = [
  demoCommand,
  localCommand,
  dispatchCommand,
  estimateCommand,
  statusCommand,
  stopCommand,
  goCommand,
  republishCommand,
  rejectedCommand,
  changesCommand,
  confirmCommand,
  forgetCommand,
  complyCommand,
  importCommand,
  exportCommand,
  queryCommand,
  reportCommand,
];

/** What a process has, and a test brings. */
export interface Outside extends Pick<Surroundings, 'terminal' | 'clock'> {
  /** Throws where the operator's settings cannot be read. */
  readEnvironment(): Surroundings['env'];
}

/** Runs one command, and returns the exit code. */
export async function runDodo(args: string[], outside: Outside): Promise<number> {
  const { terminal } = outside;
  const dodo = program(terminal);
  try {
    const surroundings = surroundingsOf(dodo, outside);
    for (const command of COMMANDS) dodo.addCommand(command(surroundings).copyInheritedSettings(dodo));
    await dodo.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    const { text, exitCode } = explained(error);
    if (dodo.opts().verbose) terminal.note(inspect(error));
    terminal.note(`dodo: ${text}`);
    return exitCode;
  }
}

const program = (terminal: Terminal): Command =>
  new Command('dodo')
    .description('Records whom chosen X accounts follow, run after run, and tells what changed.')
    .version(manifest.version)
    .option('--data <dir>', 'where the local data lies', DATA)
    .option('--project <id>', 'use this Google Cloud project instead of the local stack')
    .option('--verbose', 'show the stack trace of an error')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      'after',
      '\nExample:\n  npx dodo status          (each command has its own: npx dodo help status)',
    )
    .configureOutput({
      writeOut: (text) => terminal.print(text.replace(/\n$/, '')),
      writeErr: (text) => terminal.note(text.replace(/\n$/, '')),
    })
    .exitOverride();

function surroundingsOf(dodo: Command, { terminal, clock, readEnvironment }: Outside): Surroundings {
  const env = readEnvironment();
  const on =
    (find: (from: Surroundings) => Promise<Target>) => async (run: (context: Context) => unknown) => {
      const target = await find(surroundings);
      try {
        await run({ terminal, target, clock });
      } finally {
        await target.close();
      }
    };
  const surroundings: Surroundings = {
    terminal,
    clock,
    env,
    // Known once the command line has been read.
    get globals() {
      const isDataNamed = dodo.getOptionValueSource('data') !== 'default';
      return { ...dodo.opts<GlobalOptions>(), isDataNamed };
    },
    onRunning: on(findRunning),
    onReadable: on(findReadable),
  };
  return surroundings;
}

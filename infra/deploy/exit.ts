import { type Command, CommanderError } from 'commander';
import { ConfigError } from '../../shared/errors.ts';
import { Failure } from '../cli/terminal/errors.ts';

const WRONG_USAGE = 2;

/** Runs the command; what was to be expected ends in one message and exit code 1 (or 2), without a stack. */
export async function exitWith(command: Command): Promise<void> {
  try {
    await command.exitOverride().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : WRONG_USAGE;
      return;
    }
    if (!(error instanceof Failure) && !(error instanceof ConfigError)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = error instanceof Failure ? error.exitCode : 1;
  }
}

import { existsSync, readFileSync } from 'node:fs';
import { systemClock } from '../../shared/clock.ts';
import { runDodo } from './program.ts';
import { fromRoot } from './target/again.ts';
import { settingsIn } from './target/env-file.ts';
import { Terminal } from './terminal/terminal.ts';

const SETTINGS_FILE = existsSync('.env') ? '.env' : fromRoot('.env');

/** What is set in the environment already stays. */
function readEnvironment() {
  const settings = existsSync(SETTINGS_FILE) ? settingsIn(readFileSync(SETTINGS_FILE), SETTINGS_FILE) : {};
  for (const [name, value] of Object.entries(settings)) process.env[name] ??= value;
  return process.env;
}

// Whoever reads the output may have enough of it (`dodo query … | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await runDodo(process.argv.slice(2), {
  terminal: new Terminal(process),
  clock: systemClock,
  readEnvironment,
});

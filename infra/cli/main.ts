import { existsSync } from 'node:fs';
import { systemClock } from '../../shared/clock.ts';
import { runDodo } from './program.ts';
import { Terminal } from './terminal/terminal.ts';

const SETTINGS_FILE = '.env';

/** What is set in the environment already stays. */
function readEnvironment() {
  if (existsSync(SETTINGS_FILE)) process.loadEnvFile(SETTINGS_FILE);
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

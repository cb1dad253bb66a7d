import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Failure, WrongUsage } from './errors.ts';

export interface Agreement {
  /** `--yes`: it was agreed to beforehand. */
  yes?: boolean | undefined;
  input?: NodeJS.ReadStream;
  output?: NodeJS.WritableStream;
}

/**
 * Returns only where a person says yes. Throws Failure on a no, and WrongUsage where there is nobody to ask. The
 * question goes to standard error: standard output may be read by a program.
 */
export async function agree(what: string, agreement: Agreement): Promise<void> {
  const { yes, input = process.stdin, output = process.stderr } = agreement;
  if (yes) return;
  if (!input.isTTY)
    throw new WrongUsage(`${what} There is no terminal to ask at: add --yes where that is meant.`);
  const terminal = createInterface({ input, output });
  const closed = once(terminal, 'close').then(() => '');
  try {
    const answer = await Promise.race([terminal.question(`${what} Go on? [y/N] `), closed]);
    if (!/^y(es)?$/i.test(answer.trim())) throw new Failure('nothing was done.');
  } finally {
    terminal.close();
  }
}

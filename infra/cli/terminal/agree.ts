import { Failure, WrongUsage } from './errors.ts';
import type { Terminal } from './terminal.ts';

/**
 * Returns only where a person says yes, or has said so beforehand (`--yes`). Throws Failure on a no, and WrongUsage
 * where there is nobody to ask.
 */
export async function agree(what: string, yes: boolean | undefined, terminal: Terminal): Promise<void> {
  if (yes) return;
  const answer = await terminal.ask(`${what} Go on? [y/N] `);
  if (answer === undefined)
    throw new WrongUsage(`${what} There is no terminal to ask at: add --yes where that is meant.`);
  if (!/^y(es)?$/i.test(answer.trim())) throw new Failure('nothing was done.');
}

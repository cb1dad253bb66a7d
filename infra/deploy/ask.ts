import { createInterface } from 'node:readline/promises';
import { Failure } from '../cli/terminal/errors.ts';

/** Goes on only when a person types `word`. Throws Failure otherwise, and where there is nobody to ask. */
export async function askFor(word: string, question: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new Failure(`${question} There is no terminal to ask at: say --yes where that is meant.`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${question} Type "${word}" to go on: `);
    if (answer.trim() !== word) throw new Failure('Nothing was changed.');
  } finally {
    terminal.close();
  }
}

import { createInterface } from 'node:readline/promises';
import { Failure } from '../cli/terminal/errors.ts';

/** What deletes data is agreed to with these words, and with nothing shorter. */
export const DELETE = 'delete the data';

/** What to do where nobody can be asked for them. */
export const AT_A_TERMINAL = 'run this at one; --yes does not cover it';

interface Person {
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  output: NodeJS.WritableStream;
}

/**
 * Goes on only when a person types `word`. Throws Failure otherwise, and where there is nobody to ask: `instead` says
 * what to do then.
 */
export async function askFor(
  word: string,
  question: string,
  instead = 'say --yes where that is meant',
  { input, output }: Person = { input: process.stdin, output: process.stdout },
): Promise<void> {
  if (!input.isTTY) throw new Failure(`${question} There is no terminal to ask at: ${instead}.`);
  const terminal = createInterface({ input, output });
  // Ctrl-C and Ctrl-D are an answer too.
  const closed = new Promise<void>((resolve) => {
    terminal.once('close', resolve);
  });
  const typed = terminal.question(`${question} Type "${word}" to go on: `).catch(abandoned);
  try {
    const answer = await Promise.race([typed, closed]);
    if (answer?.trim() !== word) throw new Failure('Nothing was changed.');
  } finally {
    terminal.close();
  }
}

function abandoned(error: Error): undefined {
  if (error.name !== 'AbortError') throw error;
}

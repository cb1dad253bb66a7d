import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isLoopbackName } from '../../local/emulators.ts';
import { Failure } from '../terminal/errors.ts';

export type WhichX = 'real' | 'simulated';

/** The simulator's own file, and the mark that we leave. */
const SIGNS: Record<WhichX, string> = { real: 'real-x', simulated: 'x.json' };

export const whichXIn = (dir: string): WhichX => (existsSync(join(dir, SIGNS.real)) ? 'real' : 'simulated');

/**
 * Real and simulated accounts never share a folder: analysts could not tell them apart, and messages that wait for
 * the one X would be answered by the other. Throws Failure where the folder belongs to the other one.
 */
export async function claimFolder(dir: string, x: WhichX): Promise<void> {
  const other = x === 'real' ? 'simulated' : 'real';
  if (existsSync(join(dir, SIGNS[other])))
    throw new Failure(
      other === 'real'
        ? `the data in ${dir} is of the real X. Add --real-x, or use another folder with --data.`
        : `the data in ${dir} is of the simulated X. Use another folder with --data.`,
    );
  if (x === 'simulated') return;
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, SIGNS.real), 'The rows in this folder are of the real X.\n');
}

export const isLoopback = (url: string): boolean => isLoopbackName(new URL(url).hostname);

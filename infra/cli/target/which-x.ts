import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SETTINGS } from '../../../shared/config.ts';
import { isLoopbackName } from '../../local/emulators.ts';
import { Failure } from '../terminal/errors.ts';

/** Whether X charges: what answers on this machine is no X that does. */
export type WhichX = 'real' | 'simulated';

/** Our mark in a folder whose X is not our simulator: its address. */
const MARK = 'real-x';
/** The simulator's own file. */
const SIMULATOR = 'x.json';

export const whichXAt = (address: string): WhichX => (isLoopback(address) ? 'simulated' : 'real');

export function whichXIn(dir: string): WhichX {
  const address = addressIn(dir);
  return address === undefined ? 'simulated' : whichXAt(address);
}

/** Where the X is that a folder's rows are of; undefined: our simulator, or there are none yet. */
function addressIn(dir: string): string | undefined {
  const mark = join(dir, MARK);
  if (!existsSync(mark)) return undefined;
  const address = readFileSync(mark, 'utf8').trim();
  return URL.canParse(address) ? address : SETTINGS.X_API_BASE_URL.default; // a mark of an older version
}

/**
 * Accounts of two Xs never share a folder: analysts could not tell them apart, and messages that wait for the one
 * would be answered by the other. `address`: undefined for our simulator. Throws Failure where the folder belongs to
 * another one.
 */
export async function claimFolder(dir: string, address?: string): Promise<void> {
  const before = addressIn(dir);
  if (address === undefined) {
    if (before !== undefined)
      throw new Failure(`${dataOf(dir, before)}. Add --real-x, or use another folder with --data.`);
    return;
  }
  if (existsSync(join(dir, SIMULATOR)))
    throw new Failure(`the data in ${dir} is of the simulated X. Use another folder with --data.`);
  if (before !== undefined && !isSameX(before, address))
    throw new Failure(
      `${dataOf(dir, before)}, and X_API_BASE_URL is ${address} now. Use another folder with --data.`,
    );
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, MARK), `${address}\n`);
}

const dataOf = (dir: string, address: string) =>
  `the data in ${dir} is of the ${isLoopback(address) ? 'X' : 'real X'} at ${address}`;

/** A server on this machine gets another port at each start. */
const isSameX = (one: string, other: string): boolean =>
  new URL(one).host === new URL(other).host || (isLoopback(one) && isLoopback(other));

const isLoopback = (url: string): boolean => isLoopbackName(new URL(url).hostname);

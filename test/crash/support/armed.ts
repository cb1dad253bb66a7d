import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Names the file in which a test says where a function has to die. */
export const ARMED_FILE = 'CRASH_ARMED_FILE';

/** Where a function dies: the `time`-th time that a process of it gets to `point`, the first being 1. */
export interface Armed {
  point: string;
  time: number;
}

export const arm = (file: string, armed: Armed): void => writeFileSync(file, JSON.stringify(armed));

/** Undefined: nothing is armed, or the point has been hit. */
export function armedIn(file: string): Armed | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Armed;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * That the file is gone proves that the point was hit, and lets the next process pass it. It is gone for good before
 * the process dies: https://man7.org/linux/man-pages/man2/fsync.2.html says to sync the folder too.
 */
export function disarm(file: string): void {
  rmSync(file);
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

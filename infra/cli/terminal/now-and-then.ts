import type { Clock } from '../../../shared/clock.ts';
import type { Terminal } from './terminal.ts';

/** Somebody who waits wonders after so long, in ms. */
const WONDERS_AFTER_MS = 10_000;

/** Says how far something is, beside the result: not before it takes a while, and then now and then. */
export function nowAndThen(clock: Clock, terminal: Terminal): (how: () => string) => void {
  let saidMs = clock.now();
  return (how) => {
    const nowMs = clock.now();
    if (nowMs - saidMs < WONDERS_AFTER_MS) return;
    saidMs = nowMs;
    terminal.note(how());
  };
}

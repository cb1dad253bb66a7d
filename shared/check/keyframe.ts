import { DAY_MS } from '../times.ts';
import type { EndedDispatch } from './ended-dispatch.ts';

/**
 * When the next full read is due. The first one that checks bring about falls on a day of its own in the interval, by
 * the parent's id: parents that were read for the first time together would be read in full together for ever.
 */
export function fullReadDueMs(
  parentId: string,
  { mode, modeReason, dispatchedAtMs }: EndedDispatch,
  keyframeDays: number,
): number {
  const isOfChecks = mode === 'check' || (modeReason !== null && modeReason !== 'no_base');
  const days = isOfChecks ? keyframeDays : 1 + (hashOf(parentId) % Math.max(1, keyframeDays));
  return dispatchedAtMs + days * DAY_MS;
}

/** FNV-1a, 32 bits: the ids' own low bits are not even. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return hash >>> 0;
}

import type { CheckRecord, CheckState } from './record.ts';

/**
 * Why a check is made a full read, as `dispatches.mode_reason` says it. `checks_stopped`: the order of this list is not
 * known to be broken, but that of too many others of its job.
 */
export type FullReason = 'no_base' | 'unaligned' | 'order_broken' | 'checks_stopped' | 'keyframe';

/** Why a check stays a check, where it is not as usual. */
export type CheckReason = 'count_collapsed' | 'search_waits';

/** A dispatch of one parent id that has ended, as far as the next one depends on it. */
export interface EndedDispatch {
  dispatchId: string;
  mode: 'full' | 'check';
  /** Null where a full dispatch was asked for, and for a check as usual. */
  modeReason: FullReason | CheckReason | null;
  /** Any other (`partial`, `unavailable` …) is never a base, and is not given. */
  state: CheckState;
  dispatchedAtMs: number;
  /** X's count when it was planned. */
  friendsCount: number;
  /** Of the page that ended it; null for a full dispatch. */
  check: CheckRecord | null;
  /** Friends that X returned. */
  returned: number;
}

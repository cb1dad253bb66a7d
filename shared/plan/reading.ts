import type { CheckReason, FullReason } from '../check/ended-dispatch.ts';
import type { CheckPlan } from '../check/plan.ts';
import type { BASE } from '../messages/schemas/check-plan.ts';
import type { MessageOf } from '../messages/schemas/message-of.ts';
import type { MODE } from '../messages/schemas/parts.ts';

/** What is asked for, and what is done: the whole list, or its head and on only while something is not explained. */
export type Mode = MessageOf<typeof MODE>;

/** As `dispatches.mode_reason` says it; `over_budget`: there was no room for more than the head. */
export type ModeReason = FullReason | CheckReason | 'over_budget';

/** The ended dispatch that a read is compared with, and where its rows are. Times are ISO 8601. */
export type Base = MessageOf<typeof BASE>;

/** How the planner has decided to read a list; a redelivery reads it the same way. */
export type Reading =
  /** The whole list. `base`: its order is compared with. */
  | { mode: 'full'; modeReason: ModeReason | null; base: Base | null; check: null }
  | { mode: 'check'; modeReason: ModeReason | null; base: Base; check: CheckPlan };

/** The whole list, since that was asked for. */
export const AS_ASKED: Extract<Reading, { mode: 'full' }> = {
  mode: 'full',
  modeReason: null,
  base: null,
  check: null,
};

/** The columns of `dispatches` that a reading is kept in; null in rows of before there were checks. */
export interface ReadingColumns {
  mode: Mode | null;
  mode_reason: ModeReason | null;
  base_dispatch_id: string | null;
  /** JSON: of a check its plan and `base`, of a full read that has a base only that. */
  check_plan: string | null;
}

export function columnsOfReading({ mode, modeReason, base, check }: Reading): ReadingColumns {
  return {
    mode,
    mode_reason: modeReason,
    base_dispatch_id: base?.dispatchId ?? null,
    check_plan: base ? JSON.stringify({ ...check, base }) : null,
  };
}

/** What those columns say; what is written there is ours. */
export function readingIn({ mode, mode_reason: modeReason, check_plan }: ReadingColumns): Reading {
  const kept = check_plan === null ? null : (JSON.parse(check_plan) as CheckPlan & { base: Base });
  if (!kept) return { ...AS_ASKED, modeReason };
  const { base, ...check } = kept;
  return mode === 'check' ? { mode, modeReason, base, check } : { ...AS_ASKED, modeReason, base };
}

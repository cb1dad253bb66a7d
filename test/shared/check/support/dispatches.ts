import type { EndedDispatch } from '../../../../shared/check/ended-dispatch.ts';
import type { CheckRequest } from '../../../../shared/check/plan-check.ts';
import type { CheckRecord } from '../../../../shared/check/record.ts';
import { stateOf } from '../../../../shared/check/record.ts';
import { DAY_MS } from '../../../../shared/times.ts';

function recordOf(record: Partial<CheckRecord> = {}): CheckRecord {
  return {
    base_dispatch_id: 'full',
    ended_by: 'overlap',
    frontier_id: 'K2',
    appeared: [],
    missing: [],
    withheld: [],
    fewer: 0,
    more: 0,
    unfound: 0,
    fruitless: 0,
    ...record,
  };
}

export function fullRead(dispatchId: string, more: Partial<EndedDispatch> = {}): EndedDispatch {
  return {
    dispatchId,
    mode: 'full',
    modeReason: 'keyframe',
    state: 'complete',
    dispatchedAtMs: 0,
    friendsCount: 1000,
    check: null,
    returned: 1000,
    ...more,
  };
}

export function endedCheck(
  dispatchId: string,
  record: Partial<CheckRecord> = {},
  more: Partial<EndedDispatch> = {},
): EndedDispatch {
  const check = recordOf(record);
  const state = stateOf(check) ?? 'open';
  return { ...fullRead(dispatchId), mode: 'check', modeReason: null, state, check, returned: 3, ...more };
}

/** A check of a list of 1,000, a day after its full read. */
export function requestOf(request: Partial<CheckRequest> = {}): CheckRequest {
  return {
    parentId: '42',
    friendsCount: 1000,
    atMs: DAY_MS,
    keyframeDays: 30,
    maxDepth: null,
    dispatches: [fullRead('full')],
    answers: [],
    order: [],
    ...request,
  };
}

import type { EndedDispatch } from './ended-dispatch.ts';

/** What the next check is compared with, of dispatches newest first; a collapsed count is not to be believed. */
export function baseOf<D extends EndedDispatch>(dispatches: readonly D[]): D | undefined {
  return trustedOf(dispatches).find(({ state }) => state !== 'unaligned');
}

/** Those that say something of the list. */
export function trustedOf<D extends EndedDispatch>(dispatches: readonly D[]): D[] {
  return dispatches.filter(({ modeReason }) => modeReason !== 'count_collapsed');
}

/**
 * The dispatches that a base rests on: a full read, then checks, oldest first, each the base of the next and the
 * last one the base itself; the known list is folded from their rows. Undefined where one of them is not among
 * `dispatches`: nothing can rest on it then.
 */
export function baseChain(
  dispatches: readonly EndedDispatch[],
  baseDispatchId: string,
): [fullRead: EndedDispatch, ...checks: EndedDispatch[]] | undefined {
  const byId = new Map(dispatches.map((dispatch) => [dispatch.dispatchId, dispatch]));
  const checks: EndedDispatch[] = [];
  let next = byId.get(baseDispatchId);
  while (next && next.state !== 'complete') {
    checks.unshift(next);
    // Each is taken once, so that no data, however odd, makes this go round for ever.
    byId.delete(next.dispatchId);
    next = byId.get(next.check?.base_dispatch_id ?? '');
  }
  return next ? [next, ...checks] : undefined;
}

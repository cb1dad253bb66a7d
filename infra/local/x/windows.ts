/** Rate limits: `limit` calls per endpoint and window. https://docs.x.com/x-api/fundamentals/rate-limits */
export type Limits = { limit: number; windowMs: number; latencyMs: number };
/** By endpoint. A window opens with the first call after the last one's end. */
export type Windows = Map<string, { used: number; endMs: number }>;

/** Counts the call unless it is refused. `reset` is in whole seconds, so a window ends on one. */
export function takeCall(windows: Windows, endpoint: string, nowMs: number, { limit, windowMs }: Limits) {
  let window = windows.get(endpoint);
  if (!window || nowMs >= window.endMs)
    window = { used: 0, endMs: (Math.floor(nowMs / 1000) + Math.ceil(windowMs / 1000)) * 1000 };
  const outcome = window.used < limit ? 'taken' : 'refused';
  if (outcome === 'taken') window.used++;
  windows.set(endpoint, window);
  const remaining = Math.max(0, limit - window.used);
  return { outcome, rate: { limit, remaining, reset: window.endMs / 1000 } };
}

/**
 * What X would charge for: each user that it returns, and, where it keeps its word, each once per UTC day.
 * https://docs.x.com/x-api/getting-started/pricing: it has one price for what look-ups return and another for what
 * friends lists return, and does not say that a user returned by both is charged once; so it is charged twice here.
 */
import type { Answer } from './answers.ts';
import { returnedBy } from './call-counts.ts';

/** `once` counts a user at the endpoint that returned it first on that day. */
export type Charges = { returned: number; once: number; byEndpoint: Record<string, EndpointCharges> };
type EndpointCharges = Pick<Charges, 'returned' | 'once'>;
/** `seen` are those charged on the newest day. */
export type Ledger = { days: Map<string, Charges>; seen: Set<string> };

export const emptyLedger = (): Ledger => ({ days: new Map(), seen: new Set() });
const nothing = (): Charges => ({ returned: 0, once: 0, byEndpoint: {} });

export function charge(ledger: Ledger, endpoint: string, answer: Answer, nowMs: number): void {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  if (!ledger.days.has(day)) ledger.seen.clear();
  const charges = ledger.days.get(day) ?? nothing();
  const users = returnedBy(answer);
  const price = endpoint === 'users/:id/following' ? 'following' : 'user';
  const before = ledger.seen.size;
  for (const user of users) ledger.seen.add(`${price} ${user?.id}`);
  add(charges, endpoint, { returned: users.length, once: ledger.seen.size - before });
  ledger.days.set(day, charges);
}

/** In all, and by day: 2026-01-15. */
export function chargesIn({ days }: Ledger): Charges & { byDay: Record<string, Charges> } {
  const all = nothing();
  for (const { byEndpoint } of days.values())
    for (const [endpoint, charges] of Object.entries(byEndpoint)) add(all, endpoint, charges);
  return { ...all, byDay: Object.fromEntries(days) };
}

function add(to: Charges, endpoint: string, { returned, once }: EndpointCharges): void {
  const at = to.byEndpoint[endpoint] ?? { returned: 0, once: 0 };
  to.byEndpoint[endpoint] = { returned: at.returned + returned, once: at.once + once };
  to.returned += returned;
  to.once += once;
}

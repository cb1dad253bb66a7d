import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../shared/times.ts';
import type { WaitCause } from '../../../shared/x/types.ts';
import * as bodies from './bodies.ts';

export const NOW = Date.UTC(2026, 3, 10, 12);

const WINDOW_MS = 15 * MINUTE_MS;
const PAGE = JSON.stringify({ data: [bodies.user('12'), bodies.user('13')], meta: { result_count: 2 } });

const { spendCapReached: spendCap } = bodies;

type Row = [what: string, status: number, body: unknown, cause: WaitCause, closedMs: number | null];

/** Money and credentials: the gate closes for so long, and somebody is told. The same for a page and for a look-up. */
export const alertRows = (host: string): Row[] => [
  ['402 CreditsDepleted', 402, bodies.creditsDepleted(host), 'credits-exhausted', HOUR_MS],
  ['402 Payment Required', 402, bodies.paymentRequired(host), 'credits-exhausted', HOUR_MS],
  ['402 without a readable body', 402, '<html></html>', 'credits-exhausted', HOUR_MS],
  ['403 credits without the spend cap', 403, bodies.paymentRequired(host), 'credits-exhausted', HOUR_MS],
  ['403 spend cap until a UTC date', 403, spendCap(host, '2026-04-14'), 'spend-cap', 3.5 * DAY_MS],
  ['403 spend cap without a date', 403, spendCap(host, undefined), 'spend-cap', HOUR_MS],
  ['403 spend cap until today', 403, spendCap(host, '2026-04-10'), 'spend-cap', HOUR_MS],
  ['403 spend cap until a date that is none', 403, spendCap(host, 'next cycle'), 'spend-cap', HOUR_MS],
  ['403 spend cap until an absurd date', 403, spendCap(host, '2062-04-14'), 'spend-cap', HOUR_MS],
  ['429 monthly cap', 429, bodies.usageCapExceeded(host, 'Monthly'), 'usage-cap', HOUR_MS],
  ['429 daily cap', 429, bodies.usageCapExceeded(host, 'Daily'), 'usage-cap', HOUR_MS],
  ['401', 401, bodies.unauthorized, 'credentials-refused', WINDOW_MS],
  ['403 client not enrolled', 403, bodies.clientNotEnrolled(host), 'credentials-refused', WINDOW_MS],
  ['403 authentication', 403, bodies.unsupportedAuthentication(host), 'credentials-refused', WINDOW_MS],
];

/** X away: the message comes again and the gate stays open. The same for a page and for a look-up. */
export const AWAY: [what: string, status: number, body: unknown][] = [
  ['503 JSON', 503, bodies.serviceUnavailable],
  ['503 HTML', 503, bodies.HTML_503],
  ['503 plain text', 503, bodies.TEXT_503],
  ['500 with an empty body', 500, ''],
  ['504', 504, ''],
  ['408', 408, ''],
  ['302', 302, ''],
  ['truncated JSON', 200, PAGE.slice(0, -20)],
  ['200 HTML', 200, bodies.HTML_503],
  ['200 with an empty body', 200, ''],
  ['200 with an empty object', 200, {}],
  ['200 with a list instead of an object', 200, [bodies.user('12')]],
  ['200 with an internal error only', 200, { errors: [bodies.internalError(bodies.HOSTS[1])] }],
];

/** What a row of either table expects. */
export const closing = (cause: WaitCause, closedMs: number | null, alert: boolean) => ({
  ...{ kind: 'wait', cause, closeUntilMs: closedMs === null ? null : NOW + closedMs, alert },
});

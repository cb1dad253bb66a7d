import { callX, type Gate } from './gate.ts';
import { canBeAsked } from './observe.ts';
import type { Exchange, LookUpBy, LookupAnswer, Observation, X } from './types.ts';

export interface LookUp {
  x: Pick<X, 'lookup'>;
  gate: Gate;
  by: LookUpBy;
  /** ms since 1970. */
  deadlineMs: number;
}

/**
 * What X says of each account; those of which it says nothing are asked for once more, by themselves, and are
 * `unknown` if it still does not say. `accounts` is called when the turn has come: up to 100. Throws RetryLater.
 */
export async function lookUp(
  { x, gate, by, deadlineMs }: LookUp,
  accounts: () => string[],
): Promise<Observation[]> {
  const { observations } = await callX(gate, deadlineMs, () => x.lookup(by, accounts()));
  const silent = observations.filter(
    ({ status, requested }) => status === 'unknown' && canBeAsked(by, requested),
  );
  if (silent.length === 0) return observations;
  const again = await callX(gate, deadlineMs, async () =>
    stillSilent(
      silent,
      await x.lookup(
        by,
        silent.map(({ requested }) => requested),
      ),
    ),
  );
  const second = new Map(again.observations.map((observation) => [observation.requested, observation]));
  return observations.map((first) => second.get(first.requested) ?? first);
}

/**
 * X answered a moment ago: where it does not now, or refuses in words that nobody knows, it is these accounts that it
 * does not answer. What concerns all calls (money, credentials, the rate) is waited for.
 */
function stillSilent(silent: Observation[], exchange: Exchange<LookupAnswer>): Exchange<LookupAnswer> {
  const { answer } = exchange;
  if (answer.kind !== 'wait') return exchange;
  if (answer.closeUntilMs !== null && answer.cause !== 'not-understood') return exchange;
  const problem = { source: 'x' as const, title: 'No answer', detail: `asked again: ${answer.detail}` };
  const observations = silent.map((one) => ({ ...one, problems: [...one.problems, problem] }));
  return { ...exchange, answer: { kind: 'looked-up', observations } };
}

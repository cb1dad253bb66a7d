import type { Clock } from '../../shared/clock.ts';
import type { Gate } from '../../shared/x/gate.ts';
import { lookupOutcome, pageOutcome } from '../../shared/x/outcome.ts';
import { type HttpResult, rateOf } from '../../shared/x/reply.ts';
import type { Endpoint, Exchange, X } from '../../shared/x/types.ts';
import type { Instance, Invocation } from './instance.ts';
import { overNetwork } from './network.ts';
import type { Simulation } from './simulation.ts';
import type { Said } from './x-server.ts';

const X_DEADLINE_MS = 30_000;

/** X as an instance meets it: the real outcome table over the server's words, or over what is left of them. */
export function xPort(
  sim: Simulation,
  clock: Clock,
  gates: ReadonlyMap<Endpoint, Gate>,
  by: () => Invocation,
): X {
  async function exchange<A>(
    instance: Instance,
    endpoint: Endpoint,
    say: () => Said,
    read: (result: HttpResult) => A,
  ): Promise<Exchange<A>> {
    const gate = gates.get(endpoint);
    if (!gate) throw new Error(`${instance.service} has no gate for ${endpoint}`);
    sim.checks.gates.callingX(instance, endpoint, gate);
    sim.counts.xCalls++;
    const { result, said } = await roundTrip(sim, instance, say);
    if (said) sim.checks.gates.heard(instance, endpoint, said);
    sim.trace(
      () => `${instance.name} hears of ${endpoint}: ${JSON.stringify(said?.truth ?? null).slice(0, 200)}`,
    );
    return { answer: read(result), rate: 'failure' in result ? null : rateOf(result.headers) } as Exchange<A>;
  }

  return {
    following({ id, maxResults, paginationToken }) {
      const invocation = by();
      sim.checks.gates.callingOutside(invocation);
      sim.checks.gates.buying(invocation);
      sim.checks.stops.buying(invocation);
      const fetch = sim.checks.purchases.begin(invocation, paginationToken);
      if (invocation.page) sim.checks.spending.asking(invocation.page, fetch.before, maxResults);
      const say = () => fetch.answered(sim.x.following(id, maxResults, paginationToken));
      return exchange(invocation.instance, 'following', say, (result) => {
        const answer = pageOutcome(result, { id, paginationToken, now: clock.now() });
        fetch.heard(answer.kind === 'wait' ? answer.cause : null);
        return answer;
      }) as ReturnType<X['following']>;
    },
    lookup(kind, values) {
      const invocation = by();
      const { instance } = invocation;
      sim.checks.stops.lookingUp(invocation, kind, values);
      if (instance.service === 'pagedispatch') sim.checks.plans.lookingUp(invocation, values);
      const endpoint = kind === 'id' ? 'users-by-id' : 'users-by-username';
      let heard: () => void = () => undefined;
      return exchange(
        instance,
        endpoint,
        () => {
          const said = sim.x.lookup(kind, values);
          if (instance.service === 'pagedispatch' && said.truth.kind === 'looked-up') {
            const { found } = said.truth;
            const idOf = (username: string) => sim.x.people.get(username)?.id ?? username;
            const accounts = found.map((username) => ({ by: kind, id: idOf(username), username }));
            sim.checks.spending.lookedUp(invocation, accounts);
            heard = sim.checks.lookUps.paying(invocation, kind, found);
          }
          return said;
        },
        (result) => {
          const answer = lookupOutcome(result, { by: kind, values, now: clock.now() });
          if (answer.kind === 'looked-up') heard();
          return answer;
        },
      ) as ReturnType<X['lookup']>;
    },
  };
}

/** `said`: what X said, where it was heard whole. */
async function roundTrip(
  sim: Simulation,
  instance: Instance,
  say: () => Said,
): Promise<{ result: HttpResult; said: Said | null }> {
  const { faults, random } = sim;
  const fault = faults.oneOf('answer lost', 'answer cut off', 'X stalls');
  const reachesX = fault !== 'X stalls' || random.chance(0.5);
  const said = await overNetwork(
    sim,
    instance,
    () => (reachesX ? say() : null),
    fault === 'X stalls' ? X_DEADLINE_MS : undefined,
  );
  if (fault === 'X stalls' || !said) return { result: { failure: 'X did not answer in time' }, said: null };
  if (fault === 'answer lost') return { result: { failure: 'no connection: ECONNRESET' }, said: null };
  const { result } = said;
  if (fault !== 'answer cut off' || 'failure' in result || result.status !== 200) return { result, said };
  return { result: { ...result, body: result.body.slice(0, -2) }, said: null };
}

import { MINUTE_MS } from '../../../shared/times.ts';
import type { LookUpBy } from '../../../shared/x/types.ts';
import type { Invocation } from '../instance.ts';
import { observationAsked } from '../metadata-asked.ts';
import type { StopRow } from '../tables.ts';
import type { Fail } from './fail.ts';

/** So long after an operator has stopped a run something may still be bought for it (R30). */
const HEARD_WITHIN_MS = MINUTE_MS;

/** Nothing is bought for a run that is stopped. */
export class StopCheck {
  readonly #stops: readonly StopRow[];
  readonly #nowMs: () => number;
  readonly #fail: Fail;

  constructor(stops: readonly StopRow[], nowMs: () => number, fail: Fail) {
    this.#stops = stops;
    this.#nowMs = nowMs;
    this.#fail = fail;
  }

  /** A page. */
  buying({ instance, message, page }: Invocation): void {
    if (page && this.#isStopped(page.runId))
      this.#fail('stop', `${instance.name} buys a page for m${message.id}, whose run is stopped`);
  }

  /** Look-ups: by the planner for the run of its message, else for all whose requests share the call. */
  lookingUp(invocation: Invocation, by: LookUpBy, values: string[]): void {
    const { instance, message } = invocation;
    for (const value of values) {
      const asking = instance.service === 'pagedispatch' ? [message] : askingFor(invocation, by, value);
      const runs = asking.map(({ body }) => (body as { runId: string }).runId);
      if (runs.length > 0 && runs.every((runId) => this.#isStopped(runId)))
        this.#fail('stop', `${instance.name} looks up ${value} for run ${runs.join()}, which is stopped`);
    }
  }

  #isStopped(runId: string): boolean {
    return [runId, null].some((of) => {
      const newest = this.#stops.findLast(({ run_id }) => run_id === of);
      return newest?.is_stopped && this.#nowMs() > Date.parse(newest.said_at) + HEARD_WITHIN_MS;
    });
  }
}

const askingFor = ({ instance }: Invocation, by: LookUpBy, value: string) =>
  [...instance.invocations]
    .map(({ message }) => message)
    .filter((message) => {
      const asked = observationAsked(message);
      return asked?.by === by && asked.value.toLowerCase() === value.toLowerCase();
    });

import { readGrandparent } from '../../../shared/messages/grandparent.ts';
import type { KnownFault } from '../known-faults.ts';
import { observationAsked } from '../metadata-asked.ts';
import type { Scenario } from '../scenario.ts';
import type { Simulation } from '../simulation.ts';
import { type Progress, progressOf } from '../views.ts';

/** What must be true once the faults are over and nothing is left to happen. */
export class EndCheck {
  readonly #sim: Simulation;
  readonly #scenario: Scenario;

  constructor(sim: Simulation, scenario: Scenario) {
    this.#sim = sim;
    this.#scenario = scenario;
  }

  /** Notes the state of each dispatch as it is shown now. */
  sample(): void {
    for (const dispatchId of this.#scenario.expected.keys())
      for (const { state } of this.#shown(dispatchId)) this.#sim.note(`seen ${state}`);
  }

  everythingEnded(): void {
    const sim = this.#sim;
    for (const message of sim.broker.messages)
      if (!message.acked && !message.expired)
        sim.fail('progress', `message ${message.id} to ${message.topic} was never acked`);
    for (const [dispatchId, { username }] of this.#scenario.expected)
      this.#dispatchEnded(dispatchId, username);
    const rejected = new Set(sim.tables.rejected.map((row) => row.message_id));
    for (const { id, expired } of this.#scenario.unusable)
      if (!rejected.has(id) && !expired) sim.fail('bad input', `message ${id} is not in rejected_messages`);
    for (const { runId, body } of this.#scenario.runs) this.#grandparentIsKnown(runId, body.grandparent);
    for (const message of sim.broker.messages) {
      const asked = observationAsked(message);
      if (asked && !message.expired && !sim.tables.isObserved(asked))
        sim.fail('progress', `message ${message.id} led to no observation`);
    }
  }

  /** Metadata of a malformed grandparent is observed; one that names no account is among the rejected messages. */
  #grandparentIsKnown(runId: string, grandparent: unknown): void {
    const { metadata, rejected } = this.#sim.tables;
    if (!grandparent) return;
    const { errors, readable } = readGrandparent(grandparent as Record<string, unknown>);
    if (errors.length === 0) return;
    const isKnown =
      readable.id || readable.username
        ? metadata.some((row) => row.run_id === runId && row.role === 'grandparent')
        : rejected.some((row) => row.errors.some((error) => error.startsWith('grandparent')));
    if (!isKnown) this.#sim.fail('progress', `nothing is known of the grandparent of run ${runId}`);
  }

  /** Publishes every run and delivers every message once more: no call to X, and no view changes. */
  async replayIsFree(untilQuiet: () => Promise<void>): Promise<void> {
    const sim = this.#sim;
    const before = [...this.#scenario.expected.keys()].map((id) => this.#pictureOf(id));
    // What is over budget is planned as soon as there is money, and what never began is begun.
    if (before.some((picture) => /over_budget|running|stalled/.test(picture))) return;
    const known = sim.checks.plans.replaced.size > 0 ? 'plan late' : undefined;
    const { xCalls } = sim.counts;
    for (const message of [...sim.broker.messages]) if (message.acked) sim.broker.repeat(message, 1000);
    for (const run of this.#scenario.runs) this.#scenario.republish(run);
    await untilQuiet();
    if (sim.counts.xCalls !== xCalls)
      sim.fail(
        'cheap replay',
        `a finished run published again made ${sim.counts.xCalls - xCalls} calls to X`,
        known,
      );
    const after = [...this.#scenario.expected.keys()].map((id) => this.#pictureOf(id));
    if (after.join() !== before.join())
      sim.fail('no double rows', 'a finished run published again changed a view', known);
    sim.note('replayed');
  }

  #dispatchEnded(dispatchId: string, username: string): void {
    const sim = this.#sim;
    const name = `${username} (${dispatchId})`;
    const shown = this.#shown(dispatchId);
    const isLate = sim.checks.plans.unknown.has(dispatchId);
    if (shown.length !== 1)
      sim.fail('no double rows', `${name} is shown ${shown.length} times`, isLate ? 'plan late' : undefined);
    for (const { state, reason } of shown) {
      sim.note(`ended ${state}${reason === null ? '' : `: ${/^\w+$/.test(reason) ? reason : 'in words'}`}`);
      if (state === 'running' || state === 'stalled')
        sim.fail('progress', `${name} is still ${state} (${reason})`, this.#knownRefusal(dispatchId, isLate));
      if (state !== 'complete' && reason === null)
        sim.fail('no loss', `${name} is ${state} without a reason`);
    }
  }

  #knownRefusal(dispatchId: string, isLate: boolean): KnownFault | undefined {
    const refusals = (this.#sim.tables.plans.get(dispatchId) ?? []).filter(
      ({ status }) => status !== 'dispatched',
    );
    if (refusals.some(({ republished }) => republished)) return 'refused on a later day';
    return refusals.length > 0 && isLate ? 'plan late after a refusal' : undefined;
  }

  #shown(dispatchId: string): Progress[] {
    const { plans, pages } = this.#sim.tables;
    return progressOf(plans.get(dispatchId) ?? [], pages.get(dispatchId) ?? [], this.#sim.time.now());
  }

  #pictureOf(dispatchId: string): string {
    return this.#shown(dispatchId)
      .map(({ state, reason, chain }) => `${state}/${reason}/${chain?.friends.map(({ id }) => id).join('+')}`)
      .join();
  }
}

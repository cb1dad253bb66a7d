import { readGrandparent } from '../../../shared/messages/grandparent.ts';
import type { MetadataRow } from '../../../shared/warehouse/account-metadata.ts';
import { newestOf, type Progress, progressOf } from '../../model/progress.ts';
import { observationAsked } from '../metadata-asked.ts';
import type { Scenario } from '../scenario.ts';
import type { Simulation } from '../simulation.ts';

/** For 10 s an instance believes what it has just stored itself, whatever another one stores meanwhile (R14). */
const REPLAY_MS = 10_001;

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
    for (const [dispatchId, { username, runId }] of this.#scenario.expected) {
      this.#dispatchEnded(dispatchId, username);
      this.#isCounted(dispatchId, runId);
    }
    sim.checks.changes.allTold();
    sim.checks.announcements.allTold(sim.broker.messages, this.#scenario.expected.keys());
    const rejected = new Set(sim.tables.rejected.map((row) => row.message_id));
    for (const { id, expired } of this.#scenario.unusable)
      if (!rejected.has(id) && !expired) sim.fail('bad input', `message ${id} is not in rejected_messages`);
    for (const { runId, body } of this.#scenario.runs) this.#grandparentIsKnown(runId, body.grandparent);
    for (const message of sim.broker.messages) {
      const asked = observationAsked(message);
      if (asked && !message.expired && !rejected.has(message.id) && !sim.tables.isObserved(asked))
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
        ? metadata.some((row) => row.run_id === runId && row.role === 'grandparent') || this.#isRefused(runId)
        : rejected.some((row) => row.errors.some((error) => error.startsWith('grandparent')));
    if (!isKnown) this.#sim.fail('progress', `nothing is known of the grandparent of run ${runId}`);
  }

  /** Publishes every run and delivers every message once more: no call to X, and no view changes. */
  async replayIsFree(untilQuiet: () => Promise<void>): Promise<void> {
    const sim = this.#sim;
    const before = [...this.#scenario.expected.keys()].map((id) => this.#pictureOf(id));
    // What is over budget is planned as soon as there is money, and what never began is begun.
    if (before.some((picture) => /over_budget|running|stalled/.test(picture))) return;
    // So is what a cap kept from going on; and what X did not say, it is asked once more.
    const plannings = [...sim.tables.plans.values()].flat();
    if (
      plannings.some(
        ({ status, after_page }) => status === 'unknown' || (status === 'over_budget' && after_page),
      )
    )
      return;
    // What could not be recorded is not known to be finished.
    if (sim.faults.counts.has('row refused')) return;
    const open = this.#openQuestions();
    await this.#replay(open, untilQuiet);
    if (open.size > 0) {
      sim.note('replayed with open questions');
      await this.#replay(new Set(), untilQuiet);
    }
    const after = [...this.#scenario.expected.keys()].map((id) => this.#pictureOf(id));
    if (after.join() !== before.join())
      sim.fail('no double rows', 'a finished run published again changed a view');
    sim.note('replayed');
  }

  /**
   * Of friends, as dispatch and account: what a page asks that comes again, that once. A question expired before anybody
   * answered it; or an end was asked for twice, and the one that counts was seen after the other had asked its own, or X
   * had closed the list by then and nobody was asked about.
   */
  #openQuestions(): Set<string> {
    const { broker, tables } = this.#sim;
    const expired = broker.messages
      .flatMap((message) => (message.expired ? (observationAsked(message) ?? []) : []))
      .map(({ dispatchId, value }) => `${dispatchId}/${value}`);
    const boughtTwice = [...tables.pages.values()].flatMap((pages) => {
      const ends = pages.filter(({ check }) => check?.ended_by);
      const numbers = new Set(ends.map(({ page_number }) => page_number));
      const tries = pages.filter(({ page_number }) => numbers.has(page_number));
      return new Set(tries.map(({ fetch_id }) => fetch_id)).size > 1 ? ends : [];
    });
    const missed = boughtTwice.flatMap(({ dispatch_id, check }) =>
      [...(check?.missing ?? []), ...(check?.withheld ?? [])].map((id) => `${dispatch_id}/${id}`),
    );
    const observed = new Set(tables.metadata.map(questionOf));
    return new Set([...expired, ...missed].filter((question) => !observed.has(question)));
  }

  /** `open`: questions that X may be asked, each once. */
  async #replay(open: Set<string>, untilQuiet: () => Promise<void>): Promise<void> {
    const sim = this.#sim;
    const { xCalls } = sim.counts;
    const observed = sim.tables.metadata.length;
    for (const message of [...sim.broker.messages]) if (message.acked) sim.broker.repeat(message, REPLAY_MS);
    for (const run of this.#scenario.runs) sim.time.after(REPLAY_MS, () => this.#scenario.republish(run));
    await untilQuiet();
    const answered = sim.tables.metadata.slice(observed).map(questionOf);
    const others = answered.filter((question, at) => !open.has(question) || answered.indexOf(question) < at);
    if (others.length > 0)
      sim.fail('cheap replay', `a finished run published again asked about ${others.join()}`);
    // Several accounts may share a call.
    const calls = sim.counts.xCalls - xCalls;
    if (calls > answered.length)
      sim.fail('cheap replay', `a finished run published again made ${calls} calls to X`);
  }

  #dispatchEnded(dispatchId: string, username: string): void {
    const sim = this.#sim;
    const name = `${username} (${dispatchId})`;
    const shown = this.#shown(dispatchId);
    if (shown.length === 0 && this.#isRejected(username)) return;
    if (shown.length !== 1) sim.fail('no double rows', `${name} is shown ${shown.length} times`);
    for (const { state, reason, chain } of shown) {
      sim.note(`ended ${state}${reason === null ? '' : `: ${/^\w+$/.test(reason) ? reason : 'in words'}`}`);
      if ((state === 'running' || state === 'stalled') && !this.#isRefusedAgain(dispatchId))
        sim.fail('progress', `${name} is still ${state} (${reason})`);
      if (!chain?.isEnded && reason === null) sim.fail('no loss', `${name} is ${state} without a reason`);
    }
  }

  /** R29: what is planned is one of the parents that its run is known to have. */
  #isCounted(dispatchId: string, runId: string): void {
    const { tables } = this.#sim;
    const isPlanned = tables.plans.has(dispatchId) && !this.#scenario.inChunks.has(runId);
    if (isPlanned && !tables.requested.has(dispatchId))
      this.#sim.fail('progress', `${dispatchId} is planned and not among the parents of its run`);
  }

  /** BigQuery refused the observation, and a rejected message tells so. */
  #isRefused(runId: string): boolean {
    return this.#sim.tables.rejected.some(
      ({ topic, payload }) => topic.endsWith('getmetadata') && payload.includes(runId),
    );
  }

  /** BigQuery refused its plan, and a rejected message tells so. */
  #isRejected(username: string): boolean {
    const errors = this.#sim.tables.rejected.flatMap((row) => row.errors);
    return errors.some((error) => error.startsWith(`parent ${username}: `));
  }

  /**
   * Its messages have expired, or its planning came to be finished on a later day (an operator had stopped the run, or
   * what stands before it under its key waits): the budget of that day had no room for its pages (R20).
   */
  #isRefusedAgain(dispatchId: string): boolean {
    const plans = this.#sim.tables.plans.get(dispatchId) ?? [];
    const newest = newestOf(plans);
    const isRefused = newest?.republished === true && newest.status === 'over_budget';
    if (!isRefused) return false;
    const isExpired = this.#sim.broker.messages.some(({ expired }) => expired);
    const wasPlanned = plans.some(
      ({ status, planned_at }) => status === 'dispatched' && dayAt(planned_at) < dayAt(newest.planned_at),
    );
    return isExpired || wasPlanned;
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

const questionOf = (row: MetadataRow) => `${row.dispatch_id}/${row.requested_id ?? row.requested_username}`;

const dayAt = (iso: string) => iso.slice(0, 10);

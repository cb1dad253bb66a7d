import { dispatchIdOf, runIdOf, tickOf } from '../../shared/ids.ts';
import type { Mode } from '../../shared/plan/reading.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/times.ts';
import type { Message } from './message.ts';
import { createPerson, type Person } from './people.ts';
import type { Simulation } from './simulation.ts';
import { StopsAndGoes } from './stops-and-goes.ts';
import { Unrest } from './unrest.ts';
import { UNUSABLE } from './unusable.ts';

interface Run {
  runId: string;
  dispatchedAt: string;
  body: Record<string, unknown>;
  attributes: Record<string, string>;
}

const JOB_OF_CHECKS = 'checks';
/** No two of them fall on one tick of the scheduler, though each is published twice. */
const BETWEEN_RUNS_MS = { least: 12 * MINUTE_MS, most: 2 * DAY_MS };

/** What is asked of the services in one simulation, and what has to come of it. */
export class Scenario {
  /** Every parent of every run that was accepted. */
  readonly expected = new Map<string, { runId: string; username: string }>();
  readonly runs: Run[] = [];
  /** Runs of which nobody has published the request itself. */
  readonly inChunks = new Set<string>();
  readonly unusable: Message[] = [];
  readonly #sim: Simulation;
  #usernames: string[] = [];
  #jobs = 0;

  constructor(sim: Simulation) {
    this.#sim = sim;
    this.#populate();
    const { random, time } = sim;
    if (sim.profile.runsChecks) this.#readAndCheck();
    else
      for (let run = random.between(1, 3); run > 0; run--)
        time.after(random.magnitude(1, 6 * HOUR_MS), () => this.#request());
    if (random.chance(0.4)) time.after(random.magnitude(1, 6 * HOUR_MS), () => this.#confirm());
    if (random.chance(0.3)) new StopsAndGoes(sim, this.runs).begin();
    if (sim.faults.strikes('message unusable'))
      for (let more = random.between(1, 6); more > 0; more--)
        time.after(random.magnitude(1, 6 * HOUR_MS), () => this.#publishUnusable());
  }

  /** Publishes a run again, as an operator does: its own id and time. */
  republish({ runId, dispatchedAt, body }: Run): void {
    this.#sim.broker.publish('pagedispatch', JSON.stringify({ ...body, runId, dispatchedAt }));
  }

  /** Each list in full, and then check upon check while it changes; now and then in full once more. */
  #readAndCheck(): void {
    const { random, time } = this.#sim;
    let afterMs = random.magnitude(1000, HOUR_MS);
    for (let run = 0, runs = random.between(3, 6); run < runs; run++) {
      const mode = run === 0 || (run > 1 && random.chance(0.15)) ? 'full' : 'check';
      time.after(afterMs, () => this.#request(mode, JOB_OF_CHECKS));
      // Another job reads some of the same lists at the same time.
      if (run > 0 && random.chance(0.2)) {
        const besideMs = afterMs + random.magnitude(10, 5 * MINUTE_MS);
        time.after(besideMs, () => this.#request(random.pick(['full', 'check', 'check'])));
      }
      afterMs += random.magnitude(BETWEEN_RUNS_MS.least, BETWEEN_RUNS_MS.most);
    }
    new Unrest(this.#sim).begin(afterMs);
  }

  #populate(): void {
    const { random, faults, x, config, profile } = this.#sim;
    if (profile.isLarge) faults.strikes('more than a chunk');
    const people = profile.isLarge ? random.between(101, 104) : random.between(2, 6);
    const most = profile.runsChecks ? 40 : Math.min(18, config.PAGE_SIZE * 4);
    const longest = profile.isLarge ? 2 : most;
    for (let number = 0; number < people; number++) {
      const friends = random.chance(0.1) ? 0 : random.between(0, longest);
      const person = createPerson(String(100 + number), `Parent${number}`, friends, random);
      if (random.chance(0.1)) person.standing = random.pick(['protected', 'suspended', 'not_found']);
      x.people.set(person.username.toLowerCase(), person);
      this.#usernames.push(person.username);
    }
  }

  #request(mode: Mode = 'full', job = `job ${++this.#jobs}`): void {
    const { random, faults, config, profile } = this.#sim;
    const names = this.#usernames.filter(() => random.chance(profile.isLarge ? 1 : 0.7));
    if (random.chance(0.1)) names.push('Nobody');
    if (names.length === 0) names.push(random.pick(this.#usernames));
    const body = {
      // A scheduler's run is named by its job and the time: other parents at that time are another job.
      job: { name: job },
      parents: [...names.map((name) => this.#parent(name)), ...this.#underOldName(random.pick(names))],
      ...(mode === 'check' && { mode, keyframeDays: random.pick([1, 30, 366]) }),
      ...(mode === 'check' && random.chance(0.2) && { maxDepth: random.between(1, 30) }),
      ...(random.chance(0.3) && { pageSize: random.between(profile.runsChecks ? 4 : 1, config.PAGE_SIZE) }),
      ...(random.chance(0.5) && { grandparent: this.#grandparent() }),
      ...(faults.strikes('cap of the request') && { maxCostUsd: random.between(5, 60) / 100 }),
    };
    if (names.length > 1 && faults.strikes('two chunks at once')) {
      this.#publishChunks(body);
      return;
    }
    const attributes: Record<string, string> = random.chance(0.5) ? { origin: 'cloud-scheduler' } : {};
    this.#publish(body, attributes);
    if (attributes.origin && faults.strikes('scheduler publishes twice'))
      this.#sim.time.after(random.magnitude(10, 60_000), () => this.#publish(body, attributes));
  }

  /** By name, or with metadata, which need not be true. */
  #parent(name: string): string | object {
    const { random, faults, x } = this.#sim;
    const person = x.people.get(name.toLowerCase());
    const spelt = random.chance(0.2) ? name.toUpperCase() : name;
    if (!person || random.chance(0.5)) return spelt;
    const isWrong = faults.strikes('count wrong');
    const friendsCount = Math.max(0, person.follows.length + (isWrong ? random.between(-6, 9) : 0));
    return { username: spelt, id: person.id, friendsCount, note: 'given' };
  }

  /** The same account once more, as it was called before. */
  #underOldName(name: string): object[] {
    const { random, faults, x } = this.#sim;
    const person = x.people.get(name.toLowerCase());
    if (!person || !faults.strikes('parent under two names')) return [];
    const count = random.chance(0.5) ? { friendsCount: person.follows.length } : {};
    return [{ username: `Old_${name}`, id: person.id, ...count }];
  }

  #grandparent(): object {
    const { random, faults, x } = this.#sim;
    const person = random.pick<Person>([...x.people.values()]);
    if (!faults.strikes('grandparent malformed')) return { id: person.id, username: person.username };
    return random.pick([
      { username: person.username },
      { id: person.id, username: 'no username!' },
      { id: 12, username: person.username },
      { name: 'nobody knows' },
    ]);
  }

  #publish(body: Record<string, unknown>, attributes: Record<string, string>): void {
    const message = this.#sim.broker.publish('pagedispatch', JSON.stringify(body), { attributes });
    const { job } = body as { job: { name: string } };
    const { id: messageId, publishedMs: publishedAtMs } = message;
    const runId = runIdOf({ ...attributes, job: job.name, publishedAtMs, messageId });
    const dueMs = attributes.origin === 'cloud-scheduler' ? tickOf(publishedAtMs) : publishedAtMs;
    this.#expect({ runId, dispatchedAt: new Date(dueMs).toISOString(), body, attributes });
  }

  #publishChunks(body: Record<string, unknown>): void {
    const { broker, time } = this.#sim;
    const run = { runId: `run ${this.runs.length}`, dispatchedAt: new Date(time.now()).toISOString() };
    this.inChunks.add(run.runId);
    this.#expect({ ...run, body, attributes: {} });
    const parents = body.parents as unknown[];
    const half = Math.ceil(parents.length / 2);
    for (const index of [0, 1]) {
      const chunk = {
        ...body,
        ...run,
        parents: parents.slice(index * half, (index + 1) * half),
        chunk: { index, of: 2 },
      };
      broker.publish('pagedispatch', JSON.stringify(chunk), { orderingKey: 'plan' });
    }
  }

  #expect(run: Run): void {
    const { faults, random, time, requestCaps, keyframeDays } = this.#sim;
    const { maxCostUsd, keyframeDays: days } = run.body;
    if (typeof maxCostUsd === 'number') requestCaps.set(run.runId, maxCostUsd);
    if (typeof days === 'number') keyframeDays.set(run.runId, days);
    for (const parent of run.body.parents as (string | { username: string })[]) {
      const username = typeof parent === 'string' ? parent : parent.username;
      this.expected.set(dispatchIdOf(run.runId, username), { runId: run.runId, username });
    }
    if (this.runs.some(({ runId }) => runId === run.runId)) return;
    this.runs.push(run);
    if (faults.strikes('request published again'))
      time.after(random.magnitude(1000, 3 * DAY_MS), () => this.republish(run));
  }

  /** Friends that are gone are looked up, several at the same moment; one of them in another role as well. */
  #confirm(): void {
    const { random, broker, time } = this.#sim;
    const request = {
      ...{ runId: 'confirmation', dispatchId: `confirmation ${time.now()}`, job: { name: 'confirm' } },
      ...{ dispatchedAt: new Date(time.now()).toISOString(), reason: 'no longer listed' },
    };
    const ids = Array.from({ length: random.between(1, 5) }, () => String(random.between(98, 106)));
    for (const id of ids)
      broker.publish('getmetadata', JSON.stringify({ ...request, role: 'vanished_friend', id }));
    broker.publish('getmetadata', JSON.stringify({ ...request, role: 'grandparent', id: ids[0] }));
  }

  #publishUnusable(): void {
    const { random, broker, time } = this.#sim;
    const { topic, text } = random.pick(UNUSABLE);
    this.unusable.push(broker.publish(topic, text(time.now())));
  }
}

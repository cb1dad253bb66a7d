import { friendsOn } from '../../infra/local/x/friends-list.ts';
import { declare } from '../../infra/local/x/world.ts';
import type { DispatchRequest } from '../../shared/messages/dispatch-request.ts';
import type { PageRequest } from '../../shared/messages/page-request.ts';
import { HOUR_MS, isoOf } from '../../shared/times.ts';
import type { Delivered, InProcess } from './in-process.ts';

/** What came of a dispatch. */
export interface Came {
  runId: string;
  /** Friends and accounts that X has returned. */
  bought: number;
  plans: Record<string, unknown>[];
  pages: Record<string, unknown>[];
  /** Every page that was asked for, as it was. */
  asked: PageRequest[];
  questions: string[];
}

/** Checks of the parents of a world of its own, half a day after half a day, over the real functions. */
export class Checking {
  readonly #on: InProcess;
  #runs = 0;
  #messages = 0;

  constructor(on: InProcess) {
    this.#on = on;
  }

  /** A new parent with so many friends, whose list changes by what a test does to it, or by `fresh` follows a day. */
  parent(name: string, friends: number, fresh = 0): { id: string; friends: () => string[] } {
    const id = `9${String(this.#messages++).padStart(6, '0')}${friends}`;
    const { world } = this.#on.simulator;
    const churn = { gone: 0, fresh: (1000 * fresh) / Math.max(1, friends), back: 0 };
    declare(world, [{ id, username: name, friends, churn }]);
    return { id, friends: () => friendsOn(world, id, world.day).map((friend) => friend.id) };
  }

  request(parents: DispatchRequest['parents'] | string[], more: object = {}): DispatchRequest {
    this.#on.clock.pass(12 * HOUR_MS);
    const runId = `check ${++this.#runs}`;
    return {
      ...{ job: { name: 'checks' }, runId, dispatchedAt: isoOf(this.#on.clock.now()) },
      ...{ parents: parents as DispatchRequest['parents'], chunk: { index: 0, of: 1 }, ...more },
    };
  }

  full(name: string, more: object = {}): Promise<Came> {
    return this.deliver(this.request([name], more));
  }

  /** The first full read that checks bring about is due on a day of the parent's own, and here not so soon. */
  check(name: string, more: object = {}, settings: Record<string, string> = {}): Promise<Came> {
    return this.deliver(this.request([name], { mode: 'check', keyframeDays: 366, ...more }), settings);
  }

  /** Delivers a request and whatever is published then, each page `times` times, until nothing more comes. */
  async deliver(request: DispatchRequest, settings: Record<string, string> = {}, times = 1): Promise<Came> {
    const { calls } = this.#on.simulator;
    const before = calls.users;
    const [plan, fetch, observe] = (['pagedispatch', 'getpage', 'getmetadata'] as const).map((service) =>
      this.#on.instance(service, settings),
    );
    const asked: PageRequest[] = [];
    const questions: string[] = [];
    await plan?.(this.#message(request));
    for (let pages = this.#on.pages(); pages.length > 0; pages = this.#on.pages()) {
      asked.push(...pages);
      for (const page of pages) for (let n = 0; n < times; n++) await fetch?.(this.#message(page));
      for (const goesOn of this.#on.requests()) await plan?.(this.#message(goesOn));
    }
    for (const question of this.#on.questions()) {
      questions.push(question.id ?? '');
      await observe?.(this.#message(question));
    }
    const runId = request.runId ?? '';
    return { runId, bought: calls.users - before, asked, questions, ...(await this.stored(runId)) };
  }

  async stored(runId: string): Promise<Pick<Came, 'plans' | 'pages'>> {
    const where = `WHERE run_id = '${runId}'`;
    return {
      plans: await this.#on.select(`SELECT * FROM dispatches ${where} ORDER BY planned_at`),
      pages: await this.#on.select(`SELECT * FROM completed_scrapes ${where} ORDER BY page_number`),
    };
  }

  #message(message: object): Delivered {
    return { ...message, messageId: `m${++this.#messages}` };
  }
}

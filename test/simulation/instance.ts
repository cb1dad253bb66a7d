import type { CheckPlan } from '../../shared/check/plan.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Service } from './crash-points.ts';
import type { Message, Settle } from './message.ts';
import type { VirtualTime } from './virtual-time.ts';

/** One running copy of a function: its clock and its memory, both gone when it crashes. */
export class Instance {
  alive = true;
  readonly service: Service;
  readonly name: string;
  readonly invocations = new Set<Invocation>();
  /** Its machine stands still until then, and goes on. */
  #frozenUntilMs = 0;

  constructor(service: Service, number: number) {
    this.service = service;
    this.name = `${service}#${number}`;
  }

  freeze(untilMs: number): void {
    this.#frozenUntilMs = untilMs;
  }

  isFrozen(nowMs: number): boolean {
    return nowMs < this.#frozenUntilMs;
  }

  /** Runs `work` now, or when the machine goes on; never where it is gone by then. */
  whenAwake(time: VirtualTime, work: () => void): void {
    if (!this.alive) return;
    if (this.isFrozen(time.now())) time.at(this.#frozenUntilMs, () => this.whenAwake(time, work));
    else work();
  }

  /** Nothing that it waits for will reach it any more; its messages come again. */
  crash(): void {
    if (!this.alive) return;
    this.alive = false;
    for (const invocation of this.invocations) invocation.settle('nack');
    this.invocations.clear();
  }
}

/** What a request for a page says, as far as the checks need it. */
export interface PageAsked {
  runId: string;
  dispatchId: string;
  pageNumber: number;
  totalPages: number;
  pageSize: number;
  maxFriends: number;
  dispatchedAt: string;
  parent: { id: string };
  /** Of a check. */
  check?: CheckPlan;
}

/** One delivery being handled by one instance, and what the checks remember of it. */
export class Invocation {
  readonly instance: Instance;
  readonly message: Message;
  readonly settle: Settle;
  /** When it began. */
  readonly atMs: number;
  /** The newest id that it has made: that of its fetch. */
  fetchId = '';
  /** Fetches that it was shown when it asked for the pages of its dispatch. */
  shownFetches = new Set<string>();
  /** The page with which that dispatch had ended, as far as it was shown. */
  shownEnd = Number.POSITIVE_INFINITY;
  /** Its gate was closed when it began: it may call nothing outside. */
  mustNotCall = false;
  /** By dispatch: the last page number published, and whether the next one may be. */
  readonly published = new Map<string, { pageNumber: number; state: 'under way' | 'done' | 'failed' }>();

  constructor(instance: Instance, message: Message, settle: Settle, atMs: number) {
    this.atMs = atMs;
    this.instance = instance;
    this.message = message;
    this.settle = settle;
  }

  /** Null where the message is no readable request for a page. */
  get page(): PageAsked | null {
    const body = this.message.body as PageAsked | null;
    return this.instance.service === 'getpage' && typeof body?.dispatchId === 'string' ? body : null;
  }
}

/** What an instance does with a delivery; the promise is the handler's. */
export type Handle = (invocation: Invocation) => Promise<string>;

/** What an instance is started with. */
export interface Machine {
  instance: Instance;
  clock: Clock;
}

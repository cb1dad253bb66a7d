import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/times.ts';
import { CALLS_PER_WINDOW } from '../../shared/x/limits.ts';
import type { HttpResult } from '../../shared/x/reply.ts';
import type { Endpoint, UnavailableReason } from '../../shared/x/types.ts';
import type { Facts } from './facts.ts';
import type { Faults } from './faults.ts';
import { Friends } from './friends.ts';
import { disturb, type Person, Tokens } from './people.ts';
import type { TokenStyle } from './profiles.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';
import * as answers from './x-answers.ts';
import { type Odd, Oddities } from './x-oddities.ts';

/** What an answer of X means, known without reading it. */
export type Truth =
  /** `unknown`: friends whom it names in problems. */
  | { kind: 'page'; friends: string[]; unknown: string[]; nextToken: string | null }
  | { kind: 'unavailable'; reason: UnavailableReason }
  /** `found`: usernames of the accounts that it returned, in lower case. */
  | { kind: 'looked-up'; found: string[] }
  /**
   * `closedUntilMs`: no call before that, by the true time; null: X does not say so. `charged`: what X takes money for
   * although nobody can use it.
   */
  | { kind: 'wait'; cause: string; closedUntilMs: number | null; charged: number };

export interface Said {
  result: HttpResult;
  truth: Truth;
  /** Set where this answer leaves no calls: nobody who has heard it may call before. */
  usedUpUntilMs: number | null;
}

interface Options {
  time: VirtualTime;
  random: Random;
  faults: Faults;
  facts: Facts;
  tokens: TokenStyle;
  /** X's clock, against the true time. */
  skewMs: number;
  windowMs: number;
}

/** How long trouble lasts, and how long a gate stays closed for it (design, "What X answers"). */
const TROUBLES = {
  'credits exhausted': { least: MINUTE_MS, most: 4 * HOUR_MS, closedMs: HOUR_MS },
  'spend cap': { least: MINUTE_MS, most: 1.5 * DAY_MS, closedMs: HOUR_MS },
  'usage cap': { least: MINUTE_MS, most: 4 * HOUR_MS, closedMs: HOUR_MS },
  'credentials refused': { least: MINUTE_MS, most: HOUR_MS, closedMs: 15 * MINUTE_MS },
  'X away': { least: 1000, most: HOUR_MS, closedMs: null },
} as const;
const COLLAPSED_MS = { least: 10 * MINUTE_MS, most: DAY_MS };
const TROUBLE_NAMES = Object.keys(TROUBLES) as answers.Trouble[];

interface Window {
  used: number;
  endsMs: number;
  limit: number;
}

const FOR_HALVING = 20;

/** X, as its own side sees it: accounts, lists that move, windows, trouble. */
export class XServer {
  readonly people = new Map<string, Person>();
  readonly friends: Friends;
  readonly tokens: Tokens;
  readonly #options: Options;
  readonly #oddities: Oddities;
  readonly #limits: Record<Endpoint, number>;
  readonly #windows = new Map<Endpoint, Window>();
  #trouble: { what: answers.Trouble; untilMs: number } | null = null;

  constructor(options: Options) {
    this.#options = options;
    this.#oddities = new Oddities(options);
    this.friends = new Friends(this.people, options.time);
    this.tokens = new Tokens(options.tokens, this.friends);
    const limit = options.faults.strikes('window tiny') ? options.random.between(2, 12) : CALLS_PER_WINDOW;
    // To get past an account that X never answers takes as many calls as halving does.
    const lookUps = options.faults.has('parent poisoned') ? Math.max(limit, FOR_HALVING) : limit;
    this.#limits = { following: limit, 'users-by-username': lookUps, 'users-by-id': lookUps };
  }

  /** Trouble ends with the faults. */
  recover(): void {
    this.#trouble = null;
  }

  following(id: string, size: number, token: string | null): Said {
    const refused = this.#admit('following');
    if (refused) return refused;
    const { faults, random, time } = this.#options;
    const person = [...this.people.values()].find((other) => other.id === id);
    if (person) disturb(person, { faults, random, friends: this.friends }, time.now());
    const standing = person?.standing ?? 'not_found';
    if (!person || standing !== 'active')
      return this.#closed(standing === 'active' ? 'not_found' : standing, id);
    if (token !== null && (!this.tokens.knows(token) || faults.strikes('token rejected')))
      return this.#say(400, answers.tokenRejected, {
        kind: 'unavailable',
        reason: 'page_token_rejected',
      });
    if (faults.strikes('page refused'))
      return this.#say(400, answers.pageRefused, { kind: 'unavailable', reason: 'refused' });
    return this.#page(person, token, size);
  }

  lookup(by: 'username' | 'id', values: string[]): Said {
    const refused = this.#admit(by === 'id' ? 'users-by-id' : 'users-by-username');
    if (refused) return refused;
    const { faults, random, time } = this.#options;
    const asked = values.map((value) => ({ value, person: this.#find(by, value) }));
    const odd = this.#oddities.ofLookup(
      asked.flatMap(({ person }) => person ?? []),
      by,
    );
    if (odd) return this.#sayOdd(odd);
    const [data, errors, found]: [object[], object[], string[]] = [[], [], []];
    const gone = (value: string, standing: 'suspended' | 'not_found') =>
      errors.push(answers.closedProblem(standing, by === 'id' ? 'ids' : 'usernames', value));
    for (const { value, person } of asked) {
      if (faults.strikes('account unmentioned')) continue;
      const standing = person?.standing ?? 'not_found';
      if (!person || standing === 'suspended' || standing === 'not_found') {
        gone(value, standing === 'suspended' ? 'suspended' : 'not_found');
        continue;
      }
      if (faults.strikes('count wrong')) person.countOff = random.between(-6, 9);
      if (faults.strikes('count absurd')) person.countOff = 50_000_000;
      if (faults.strikes('count collapsed')) this.#collapse(person);
      if (faults.strikes('username handed on')) {
        person.id = `${person.id}7`;
        if (by === 'id') {
          // Whoever is asked for by the old id is not there: X returns nobody that it was not asked for.
          gone(value, 'not_found');
          continue;
        }
      }
      const count = faults.strikes('count missing') ? null : this.friends.countOf(person, time.now());
      data.push(answers.userBody(person, count));
      found.push(person.username.toLowerCase());
    }
    const body = { ...(data.length > 0 && { data }), ...(errors.length > 0 && { errors }) };
    return this.#say(200, body, { kind: 'looked-up', found });
  }

  /** A count of nobody, or of far too few; now and then the list is not shown either. */
  #collapse(person: Person): void {
    const { random, time } = this.#options;
    const count = random.chance(0.7) ? 0 : Math.floor(person.follows.length / 3);
    const untilMs = time.now() + random.magnitude(COLLAPSED_MS.least, COLLAPSED_MS.most);
    this.friends.collapse(person, count, untilMs, count === 0 && random.chance(0.4));
  }

  #find(by: 'username' | 'id', value: string): Person | undefined {
    if (by === 'username') return this.people.get(value.toLowerCase());
    return [...this.people.values()].find(({ id }) => id === value) ?? this.friends.account(value);
  }

  #page(person: Person, token: string | null, size: number): Said {
    const { faults, random } = this.#options;
    const asked = size > 1 && faults.strikes('short page') ? random.between(1, size - 1) : size;
    const page = faults.strikes('empty page')
      ? this.tokens.emptyPage(person, token)
      : this.tokens.page(person, token, asked);
    const back = this.tokens.loopOf(token, random);
    if (page.nextToken !== null && back !== null && faults.strikes('cursor loop')) page.nextToken = back;
    const odd = this.#oddities.ofPage(person, page);
    if (odd) return this.#sayOdd(odd);
    const withheld = this.#oddities.withheld(page);
    const friends = page.friends.filter((friend) => friend !== withheld).map(({ id }) => id);
    return this.#say(200, answers.pageBody(page.friends, page.nextToken, withheld), {
      kind: 'page',
      friends,
      unknown: withheld ? [withheld.id] : [],
      nextToken: page.nextToken,
    });
  }

  #sayOdd({ status, body, cause, charged }: Odd): Said {
    return this.#say(status, body, { kind: 'wait', cause, closedUntilMs: null, charged });
  }

  #closed(standing: 'protected' | 'suspended' | 'not_found', id: string): Said {
    const body = { errors: [answers.closedProblem(standing, 'id', id)] };
    const status = this.#options.random.pick([200, 200, standing === 'protected' ? 403 : 404]);
    return this.#say(status, body, { kind: 'unavailable', reason: standing });
  }

  /** Counts the call; what X answers instead where it does not answer at all, or null. */
  #admit(endpoint: Endpoint): Said | null {
    const { time, faults, random, windowMs } = this.#options;
    const now = time.now();
    const running = this.#windows.get(endpoint);
    const limit = this.#limits[endpoint];
    const window = running && running.endsMs > now ? running : { used: 0, endsMs: now + windowMs, limit };
    this.#windows.set(endpoint, window);
    this.#current = window;
    if (faults.strikes('window used up by others')) window.used = limit;
    const started = faults.oneOf(...TROUBLE_NAMES);
    if (started) {
      const { least, most } = TROUBLES[started];
      this.#trouble = { what: started, untilMs: now + random.magnitude(least, most) };
    }
    if (this.#trouble && now < this.#trouble.untilMs) return this.#troubled(this.#trouble);
    if (window.used >= limit) {
      const header = this.#headers();
      const truth = {
        kind: 'wait',
        cause: 'rate-limited',
        closedUntilMs: header ? this.#resetMs() : null,
        charged: 0,
      } as const;
      return {
        result: answers.answer(429, answers.tooManyRequests, header ?? {}),
        truth,
        usedUpUntilMs: null,
      };
    }
    window.used++;
    return null;
  }

  #troubled({ what, untilMs }: { what: answers.Trouble; untilMs: number }): Said {
    const now = this.#options.time.now();
    const { closedMs } = TROUBLES[what];
    const closedUntilMs = closedMs === null ? null : now + closedMs;
    const nextDay = Math.ceil(untilMs / DAY_MS) * DAY_MS;
    const result = answers.troubleAnswer(what, nextDay, this.#headers() ?? {});
    // A date is understood by the reader's clock; an hour is enough to be checked.
    const truth = {
      kind: 'wait',
      cause: what,
      closedUntilMs: what === 'spend cap' ? null : closedUntilMs,
      charged: 0,
    } as const;
    return { result, truth, usedUpUntilMs: null };
  }

  #current: Window = { used: 0, endsMs: 0, limit: 0 };

  #say(status: number, body: object | string, truth: Truth): Said {
    const headers = this.#headers();
    const isUsedUp = headers !== null && this.#current.used >= this.#current.limit;
    return {
      result: answers.answer(status, body, headers ?? {}),
      truth,
      usedUpUntilMs: isUsedUp ? this.#resetMs() : null,
    };
  }

  /** In whole seconds, as the header has it, by the true time. */
  #resetMs(): number {
    return Math.ceil(this.#current.endsMs / 1000) * 1000;
  }

  #headers(): Record<string, string> | null {
    if (this.#options.faults.strikes('rate headers missing')) return null;
    const { used, endsMs, limit } = this.#current;
    return {
      'x-rate-limit-limit': String(limit),
      'x-rate-limit-remaining': String(Math.max(0, limit - used)),
      'x-rate-limit-reset': String(Math.ceil((endsMs + this.#options.skewMs) / 1000)),
    };
  }
}

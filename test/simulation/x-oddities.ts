import * as bodies from '../shared/x/bodies.ts';
import type { Facts } from './facts.ts';
import type { Faults } from './faults.ts';
import type { Follow, ListPage, Person } from './people.ts';
import type { Random } from './random.ts';
import * as answers from './x-answers.ts';

/** What X sends where no answer is expected to look like that; `charged`: what it takes money for all the same. */
export interface Odd {
  status: number;
  body: object | string;
  cause: 'not-understood' | 'unreadable' | 'x-unreachable';
  charged: number;
}

interface Options {
  faults: Faults;
  facts: Facts;
  random: Random;
}

const [, HOST] = bodies.HOSTS;

/** Refusals that name neither an account that was asked for nor a parameter of the call. */
const ABOUT_NOBODY: [number, object | string][] = [
  [403, { errors: [{ message: 'Something went wrong.', code: 467 }] }],
  [403, bodies.forbidden],
  [400, { errors: [{ code: 215, message: 'Bad Authentication data.' }] }],
  [404, ''],
  [200, bodies.serviceUnavailable],
  [403, { errors: [bodies.notFound(HOST, 'id', '77')] }],
];

/** Answers in which something is missing or beside the point, now and then, or always where an account is in them. */
export class Oddities {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Null: the page is answered as it should be. */
  ofPage({ id }: Person, page: ListPage): Odd | null {
    const { faults, facts, random } = this.#options;
    const always = facts.of(`page ${id}`, 'page poisoned', () =>
      random.pick(['not-understood', 'unreadable'] as const),
    );
    if (always === 'not-understood' || (!always && faults.strikes('answer not understood')))
      return this.#aboutNobody();
    if (always === 'unreadable' || faults.strikes('answer without meta')) return this.#withoutMeta(page);
    if (faults.strikes('problem beside an empty list')) {
      const problem = random.pick([bodies.internalError(HOST), bodies.unavailableUser(id)]);
      const body = { meta: { result_count: 0 }, errors: [problem] };
      return { status: 200, body, cause: 'unreadable', charged: 0 };
    }
    return null;
  }

  /** Null: the look-up is answered as it should be. `people`: those among the accounts that there are. */
  ofLookup(people: Person[], by: 'username' | 'id'): Odd | null {
    const { faults, facts, random } = this.#options;
    for (const { id, username } of people) {
      const always = facts.of(`look-up of ${username}`, 'parent poisoned', () =>
        random.pick(['503', '400', 'not-understood', 'unreadable'] as const),
      );
      switch (always) {
        case '503':
          return { status: 503, body: bodies.HTML_503, cause: 'x-unreachable', charged: 0 };
        case '400': {
          const [parameter, value] = by === 'id' ? ['ids', id] : ['usernames', username];
          const body = bodies.parameterNotValid(HOST, parameter, value);
          return { status: 400, body, cause: 'not-understood', charged: 0 };
        }
        case 'not-understood':
          return this.#aboutNobody();
        case 'unreadable':
          return { status: 200, body: '{"data":[{"id":"1', cause: 'unreadable', charged: people.length };
        case null:
      }
    }
    return faults.strikes('answer not understood') ? this.#aboutNobody() : null;
  }

  /** A friend of this page whom X names in a problem instead of listing. */
  withheld({ friends }: ListPage): Follow | null {
    const { faults, random } = this.#options;
    return friends.length > 1 && faults.strikes('friend named by a problem') ? random.pick(friends) : null;
  }

  #aboutNobody(): Odd {
    const [status, body] = this.#options.random.pick(ABOUT_NOBODY);
    return { status, body, cause: 'not-understood', charged: 0 };
  }

  #withoutMeta({ friends, nextToken }: ListPage): Odd {
    const { data = [], meta } = answers.pageBody(friends, nextToken) as { data?: object[]; meta: object };
    const body = this.#options.random.pick([
      { data },
      { data, errors: [bodies.internalError(HOST)] },
      { data, meta: { ...meta, next_token: 7 } },
      JSON.stringify({ data, meta }).slice(0, -2),
    ]);
    return { status: 200, body, cause: 'unreadable', charged: data.length };
  }
}

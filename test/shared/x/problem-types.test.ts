import { describe, expect, it, test } from 'vitest';
import { lookupOutcome, pageOutcome } from '../../../shared/x/outcome.ts';
import type { HttpResult } from '../../../shared/x/reply.ts';
import { HOSTS, user } from './bodies.ts';

/** Everything that X documents as the type of a problem, with whomever it may name, wherever it may stand. */
const TYPES = [
  ...['about:blank', 'invalid-request', 'resource-not-found', 'resource-unavailable', 'internal-error'],
  ...['not-authorized-for-resource', 'not-authorized-for-field', 'field-unauthorized', 'disallowed-resource'],
  ...['field-hydration-failure', 'unsupported-authentication', 'client-forbidden', 'oauth1-permissions'],
  ...['usage-capped', 'rate-limit-exceeded', 'client-disconnected', 'operational-disconnect', 'conflict'],
  ...['streaming-connection', 'rule-cap', 'invalid-rules', 'duplicate-rules', 'noncompliant-rules'],
];
const [FIELDS, CLIENT] = [
  ['not-authorized-for-field', 'field-unauthorized', 'field-hydration-failure'],
  ['unsupported-authentication', 'client-forbidden', 'oauth1-permissions'],
];
const WHOM = ['the account asked for', 'another account', 'nobody'] as const;
type Whom = (typeof WHOM)[number];
/** One for each of whom. */
type Outcomes = [asked: string, other: string, nobody: string];
const all = (outcome: string): Outcomes => [outcome, outcome, outcome];

type Answers = (problem: object) => HttpResult[];
/** What the types of a row come to, in each place where a problem may stand. */
interface Row<Place extends PropertyKey> {
  types: string[];
  where: Record<Place, Outcomes>;
}

const [ASKED, OTHER, NOW] = ['481186914', '12', Date.UTC(2026, 3, 10, 12)];
const named: Record<Whom, object> = {
  'the account asked for': { resource_type: 'user', resource_id: ASKED, value: ASKED },
  'another account': { resource_type: 'user', resource_id: OTHER, value: OTHER },
  nobody: {},
};
/** Words that say nothing: the type alone decides. */
const problems = (type: string, whom: Whom) =>
  HOSTS.map((host) => ({
    title: 'A problem',
    detail: 'There is a problem.',
    type: type === 'about:blank' ? type : `${host}/2/problems/${type}`,
    ...named[whom],
  }));

const answer = (status: number, body: object): HttpResult => ({
  status,
  headers: {},
  body: JSON.stringify(body),
});
/** With such a status a body is a problem itself, or has it in its `errors`: that makes no difference. */
const refusal =
  (status: number): Answers =>
  (problem) => [answer(status, problem), answer(status, { errors: [problem] })];
const STATUSES = { 400: refusal(400), 403: refusal(403), 404: refusal(404), 410: refusal(410) };
const OTHER_STATUSES = { 401: refusal(401), 402: refusal(402), 429: refusal(429), 503: refusal(503) };
const meta = { result_count: 0 };

/** What they mean where they are about money, credentials and time is told by the status, whomever they name. */
const byStatus = (at401: Outcomes, at429 = 'rate-limited') => ({
  401: at401,
  402: all('credits-exhausted'),
  429: all(at429),
  503: all('x-unreachable'),
});
/** The same with each 4xx that may be about an account. */
const refused = (outcomes: Outcomes) => ({ 400: outcomes, 403: outcomes, 404: outcomes, 410: outcomes });

/** The rows are about all types, and each is true. */
function testRows<Place extends string>(
  rows: Row<Place>[],
  places: Record<Place, Answers>,
  says: (result: HttpResult) => unknown,
): void {
  it('has a row for every type that X documents', () => {
    expect(rows.flatMap(({ types }) => types).sort()).toEqual(TYPES.toSorted());
  });

  const each = rows.flatMap(({ types, where }) => types.map((type) => [type, where] as const));
  test.each(each)('%s', (type, where) => {
    expect(outcomesOf(type, places, says)).toEqual(where);
  });
}

/** What a problem of that type comes to in each place, whomever it names; more than one where its host matters. */
function outcomesOf(type: string, places: Record<string, Answers>, says: (result: HttpResult) => unknown) {
  const cells = Object.entries(places).map(([place, answers]) => [
    place,
    WHOM.map((whom) => [...new Set(problems(type, whom).flatMap(answers).map(says))].join(' or ')),
  ]);
  return Object.fromEntries(cells);
}

describe('a problem in the answer to a page', () => {
  const PLACES = {
    'errors of a 200, alone': (problem: object) => [answer(200, { errors: [problem] })],
    'errors of an empty list': (problem: object) => [
      answer(200, { errors: [problem], meta }),
      answer(200, { errors: [problem], meta: { ...meta, next_token: 'T' }, data: [] }),
    ],
    'errors beside friends': (problem: object) => [
      answer(200, { data: [user('1')], errors: [problem], meta }),
    ],
    'a 200 that it is itself': (problem: object) => [answer(200, problem)],
    ...STATUSES,
    ...OTHER_STATUSES,
  };
  type Place = keyof typeof PLACES;

  const [notUnderstood, unreadable] = ['not-understood', 'unreadable'];
  const unknown: Outcomes = ['scraped', 'scraped, 12 unknown', 'scraped'];
  /** Final where it names the account. */
  const ofAccount = (said: string): Row<Place>['where'] => ({
    'errors of a 200, alone': [said, notUnderstood, notUnderstood],
    'errors of an empty list': [said, 'scraped, 12 unknown', unreadable],
    'errors beside friends': unknown,
    'a 200 that it is itself': [said, notUnderstood, notUnderstood],
    ...refused([said, notUnderstood, notUnderstood]),
    ...byStatus([said, 'credentials-refused', 'credentials-refused']),
  });
  /** The same for all, whomever it names: but of somebody else on a list it says that he may be on it. */
  const ofAll = (said: string, at401 = said, at429 = 'rate-limited'): Row<Place>['where'] => ({
    'errors of a 200, alone': all(said),
    'errors of an empty list': [said, 'scraped, 12 unknown', said],
    'errors beside friends': unknown,
    'a 200 that it is itself': all(said),
    ...refused(all(said)),
    ...byStatus(all(at401), at429),
  });
  const vague = { ...ofAll(notUnderstood, 'credentials-refused') };
  vague['errors of an empty list'] = [unreadable, 'scraped, 12 unknown', unreadable];

  const ROWS: Row<Place>[] = [
    { types: ['resource-not-found'], where: ofAccount('not_found') },
    { types: ['not-authorized-for-resource'], where: ofAccount('protected') },
    { types: ['disallowed-resource'], where: ofAccount('refused') },
    { types: CLIENT, where: ofAll('credentials-refused') },
    { types: ['usage-capped'], where: ofAll('usage-cap', 'usage-cap', 'usage-cap') },
    { types: ['rate-limit-exceeded'], where: ofAll('rate-limited') },
    { types: FIELDS, where: { ...vague, 'errors of an empty list': unknown } },
    {
      types: [
        ...['about:blank', 'invalid-request', 'resource-unavailable', 'internal-error', 'conflict'],
        ...[
          'client-disconnected',
          'operational-disconnect',
          'streaming-connection',
          'rule-cap',
          'invalid-rules',
        ],
        ...['duplicate-rules', 'noncompliant-rules'],
      ],
      where: vague,
    },
  ];

  testRows(ROWS, PLACES, pageSays);

  function pageSays(result: HttpResult): string {
    const said = pageOutcome(result, { id: ASKED, paginationToken: 'T', now: NOW });
    if (said.kind === 'wait') return said.cause;
    if (said.kind === 'unavailable') return said.reason;
    return ['scraped', ...said.unknownFriends.map((id) => `${id} unknown`)].join(', ');
  }
});

describe('a problem in the answer to a look-up', () => {
  const PLACES = {
    'beside another account': (problem: object) => [answer(200, { data: [user('1')], errors: [problem] })],
    'errors of a 200, alone': (problem: object) => [answer(200, { errors: [problem] })],
    'a 200 that it is itself': (problem: object) => [answer(200, problem)],
    ...STATUSES,
    ...OTHER_STATUSES,
  };
  type Place = keyof typeof PLACES;

  const notUnderstood = 'not-understood';
  const ofAccount = (said: string): Row<Place>['where'] => ({
    'beside another account': [said, 'unknown', 'unknown'],
    'errors of a 200, alone': [said, 'unknown', 'unknown'],
    'a 200 that it is itself': [said, notUnderstood, notUnderstood],
    ...refused([said, notUnderstood, notUnderstood]),
    ...byStatus([said, 'credentials-refused', 'credentials-refused']),
  });
  const ofAll = (said: string, at429 = 'rate-limited'): Row<Place>['where'] => ({
    'beside another account': all('unknown'),
    'errors of a 200, alone': all(said),
    'a 200 that it is itself': all(said),
    ...refused(all(said)),
    ...byStatus(all(said), at429),
  });
  const vague: Row<Place>['where'] = {
    ...ofAll(notUnderstood),
    'errors of a 200, alone': all('unknown'),
    ...byStatus(all('credentials-refused')),
  };

  const ROWS: Row<Place>[] = [
    { types: ['resource-not-found'], where: ofAccount('not_found') },
    { types: ['not-authorized-for-resource'], where: ofAccount('protected') },
    { types: CLIENT, where: ofAll('credentials-refused') },
    { types: ['usage-capped'], where: ofAll('usage-cap', 'usage-cap') },
    { types: ['rate-limit-exceeded'], where: ofAll('rate-limited') },
    {
      types: [
        ...['about:blank', 'invalid-request', 'resource-unavailable', 'internal-error', ...FIELDS],
        ...['disallowed-resource', 'conflict', 'client-disconnected', 'operational-disconnect'],
        ...['streaming-connection', 'rule-cap', 'invalid-rules', 'duplicate-rules', 'noncompliant-rules'],
      ],
      where: vague,
    },
  ];

  testRows(ROWS, PLACES, lookupSays);

  function lookupSays(result: HttpResult): string | undefined {
    const isAlone = 'body' in result && !result.body.includes('"data"');
    const values = isAlone ? [ASKED] : [ASKED, '1'];
    const said = lookupOutcome(result, { by: 'id', values, now: NOW });
    return said.kind === 'wait' ? said.cause : said.observations[0]?.status;
  }
});

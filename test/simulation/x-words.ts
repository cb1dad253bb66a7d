import type { HttpResult } from '../../shared/x/reply.ts';
import type { Person, Standing } from './people.ts';

/** What X says, as it says it: bodies as collected from X's documentation and from logs of its users. */

type Headers = Record<string, string>;
const problem = (type: string) => `https://api.twitter.com/2/problems/${type}`;

export function answer(status: number, body: object, headers: Headers): HttpResult {
  return { status, headers, body: JSON.stringify(body) };
}

export function pageBody(friends: { id: string }[], nextToken: string | null): object {
  const meta = { result_count: friends.length, ...(nextToken !== null && { next_token: nextToken }) };
  if (friends.length === 0) return { meta };
  return { data: friends.map(({ id }) => ({ id, username: `friend${id}`, name: `Friend ${id}` })), meta };
}

export function userBody(person: Person): object {
  return {
    id: person.id,
    username: person.username,
    name: person.username.toUpperCase(),
    protected: person.standing === 'protected',
    public_metrics: { following_count: Math.max(0, person.follows.length + person.countOff), tweet_count: 1 },
  };
}

/** Why an account cannot be had. Suspended and not found share a type; protected is about who asks. */
export function closedProblem(
  standing: Exclude<Standing, 'active'>,
  parameter: string,
  value: string,
): object {
  const about = { parameter, value, resource_id: value, resource_type: 'user' };
  switch (standing) {
    case 'protected':
      return {
        ...about,
        title: 'Authorization Error',
        detail: `Sorry, you are not authorized to see the user with id: [${value}].`,
        section: 'data',
        type: problem('not-authorized-for-resource'),
      };
    case 'suspended':
      return {
        ...about,
        title: 'Forbidden',
        detail: `User has been suspended: [${value}].`,
        type: problem('resource-not-found'),
      };
    case 'not_found':
      return {
        ...about,
        title: 'Not Found Error',
        detail: `Could not find user with ${parameter}: [${value}].`,
        type: problem('resource-not-found'),
      };
  }
}

export const tokenRejected = (token: string): object => ({
  errors: [
    {
      parameters: { pagination_token: [token] },
      message: `The \`pagination_token\` query parameter value [${token}] is not valid`,
    },
  ],
  title: 'Invalid Request',
  detail: 'One or more parameters to your request was invalid.',
  type: problem('invalid-request'),
});

export const pageRefused: object = {
  errors: [{ parameters: { max_results: ['1'] }, message: 'The request is not valid' }],
  title: 'Invalid Request',
  detail: 'One or more parameters to your request was invalid.',
  type: problem('invalid-request'),
};

export const tooManyRequests: object = {
  title: 'Too Many Requests',
  detail: 'Too Many Requests',
  type: 'about:blank',
  status: 429,
};

export type Trouble = 'credits exhausted' | 'spend cap' | 'usage cap' | 'credentials refused' | 'X away';

/** What X answers to everything while it is in trouble. `endsMs`: the spend cap's next billing cycle. */
export function troubleAnswer(trouble: Trouble, endsMs: number, headers: Headers): HttpResult {
  switch (trouble) {
    case 'credits exhausted':
      return answer(
        402,
        { title: 'CreditsDepleted', detail: 'no credits', type: problem('credits') },
        headers,
      );
    case 'spend cap': {
      const reset_date = new Date(endsMs).toISOString().slice(0, 10);
      return answer(
        403,
        { title: 'SpendCapReached', detail: 'cap', reset_date, type: problem('credits') },
        headers,
      );
    }
    case 'usage cap':
      return answer(
        429,
        { title: 'UsageCapExceeded', period: 'Daily', type: problem('usage-capped') },
        headers,
      );
    case 'credentials refused':
      return answer(401, { title: 'Unauthorized', type: 'about:blank', status: 401 }, headers);
    case 'X away':
      return { status: 503, headers: {}, body: 'upstream connect error or disconnect/reset before headers' };
  }
}

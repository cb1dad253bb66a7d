import type { HttpResult } from '../../shared/x/reply.ts';
import * as bodies from '../shared/x/bodies.ts';
import type { Person, Standing } from './people.ts';

/** What X answers, in the bodies that test/shared/x has of it. */

const [HOST] = bodies.HOSTS;

export function answer(status: number, body: object | string, headers: Record<string, string>): HttpResult {
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

/** What friends say of themselves is told, so that it is noticed where it is lost. */
const DESCRIPTION = 'says so';

/** `withheld`: a friend whom X names in a problem instead. */
export function pageBody(
  friends: { id: string }[],
  nextToken: string | null,
  withheld: { id: string } | null = null,
): object {
  const listed = friends.filter(({ id }) => id !== withheld?.id);
  const meta = { result_count: listed.length, ...(nextToken !== null && { next_token: nextToken }) };
  const data = listed.map(({ id }) => bodies.user(id, { description: DESCRIPTION }));
  return {
    ...(data.length > 0 && { data }),
    meta,
    ...(withheld && { errors: [bodies.unavailableUser(withheld.id)] }),
  };
}

/** `count`: of its friends; null where X leaves out how many the account has. */
export function userBody({ id, username, standing }: Person, count: number | null): object {
  const account = { username, name: username.toUpperCase(), protected: standing === 'protected' };
  if (count === null) return bodies.user(id, account);
  return bodies.user(id, { ...account, public_metrics: { following_count: count, tweet_count: 1 } });
}

/** Why an account cannot be had. */
export function closedProblem(
  standing: Exclude<Standing, 'active'>,
  parameter: string,
  value: string,
): object {
  switch (standing) {
    case 'protected':
      return bodies.protectedAccount(HOST, value);
    case 'suspended':
      return bodies.suspended(HOST, parameter, value);
    case 'not_found':
      return bodies.notFound(HOST, parameter, value);
  }
}

export const tokenRejected = bodies.pageTokenNotValid(HOST);
export const pageRefused = bodies.maxResultsNotValid(HOST);
export const { tooManyRequests } = bodies;

export type Trouble = 'credits exhausted' | 'spend cap' | 'usage cap' | 'credentials refused' | 'X away';

/** What X answers to everything while it is in trouble. `endsMs`: the spend cap's next billing cycle. */
export function troubleAnswer(trouble: Trouble, endsMs: number, headers: Record<string, string>): HttpResult {
  switch (trouble) {
    case 'credits exhausted':
      return answer(402, bodies.creditsDepleted(HOST), headers);
    case 'spend cap':
      return answer(403, bodies.spendCapReached(HOST, new Date(endsMs).toISOString().slice(0, 10)), headers);
    case 'usage cap':
      return answer(429, bodies.usageCapExceeded(HOST, 'Daily'), headers);
    case 'credentials refused':
      return answer(401, bodies.unauthorized, headers);
    case 'X away':
      return answer(503, bodies.TEXT_503, {});
  }
}

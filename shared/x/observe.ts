import { isAccountId, isUsername } from '../messages/formats.ts';
import { leftOutOf, type ReadAccount, readAccount } from './account.ts';
import { statusSaid, subjectOf } from './problem.ts';
import { listedIn, problemAbout, type Reply } from './reply.ts';
import type { Account, LookUpBy, LookupAnswer, Observation, Problem } from './types.ts';

/** X answers a look-up with 400 as a whole where one value of up to 100 is no possible id or username. */
export function canBeAsked(by: LookUpBy, value: string): boolean {
  return by === 'id' ? isAccountId(value) : isUsername(value);
}

/** R10: one observation for each account asked for, in that order. Usernames are compared without case. */
export function observe(reply: Reply): LookupAnswer {
  const found = listedIn(reply)
    .map(readAccount)
    .filter((read) => read !== null);
  // Not both at once: a username may consist of digits and look like the id of somebody else.
  const keyOf = (account: Account) => (reply.by === 'id' ? account.id : account.username.toLowerCase());
  const byKey = new Map(found.map((read) => [keyOf(read.account), read]));
  return {
    kind: 'looked-up',
    observations: reply.asked.map((requested) => observation(requested, byKey.get(requested), reply)),
  };
}

/** No answer about an account says nothing about it: `not_found` is what X says, and nothing else. */
function observation(requested: string, found: ReadAccount | undefined, reply: Reply): Observation {
  const named = reply.problems.filter((problem) => subjectOf(problem) === requested);
  if (found) {
    const { account } = found;
    const status = account.protected ? 'protected' : 'active';
    return { requested, status, account, problems: [...named, ...leftOutOf([found])] };
  }
  const reason = problemAbout(reply, requested);
  if (reason) return { requested, status: statusSaid(reason) ?? 'unknown', problems: named };
  return { requested, status: 'unknown', problems: named.length > 0 ? named : unmentioned(requested, reply) };
}

function unmentioned(requested: string, { by, problems }: Reply): Problem[] {
  if (!canBeAsked(by, requested)) {
    const detail = `${requested} cannot be the ${by} of an account of X.`;
    return [{ source: 'x', title: 'Not asked', detail }];
  }
  const detail = `X mentioned ${by} ${requested} neither in data nor in errors.`;
  const aboutNobody = problems.filter((problem) => subjectOf(problem) === undefined);
  return [{ source: 'x', title: 'Not mentioned', detail }, ...aboutNobody];
}

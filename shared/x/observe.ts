import { isAccountId, isUsername } from '../messages/formats.ts';
import { toAccount } from './account.ts';
import { problemAbout, type Reply, statusSaid, subjectOf } from './reply.ts';
import type { Account, LookUpBy, LookupAnswer, Observation, Problem } from './types.ts';

/** X answers a look-up with 400 as a whole where one value of up to 100 is no possible id or username. */
export function canBeAsked(by: LookUpBy, value: string): boolean {
  return by === 'id' ? isAccountId(value) : isUsername(value);
}

/** R10: one observation for each account asked for, in that order. Usernames are compared without case. */
export function observe(reply: Reply): LookupAnswer {
  const listed = Array.isArray(reply.json?.data) ? reply.json.data : [];
  const accounts = listed.map(toAccount).filter((account) => account !== null);
  // Not both at once: a username may consist of digits and look like the id of somebody else.
  const keyOf = (account: Account) => (reply.by === 'id' ? account.id : account.username.toLowerCase());
  const found = new Map(accounts.map((account) => [keyOf(account), account]));
  return {
    kind: 'looked-up',
    observations: reply.asked.map((requested) => observation(requested, found.get(requested), reply)),
  };
}

function observation(requested: string, account: Account | undefined, reply: Reply): Observation {
  const named = reply.problems.filter((problem) => subjectOf(problem) === requested);
  if (account) {
    const status = account.protected ? 'protected' : 'active';
    return { requested, status, account, problems: named };
  }
  const reason = problemAbout(reply, requested);
  const problems = named.length > 0 ? named : [reason ?? unmentioned(requested, reply)];
  return { requested, status: (reason && statusSaid(reason)) ?? 'not_found', problems };
}

function unmentioned(requested: string, { by }: Reply): Problem {
  return canBeAsked(by, requested)
    ? {
        source: 'x',
        title: 'Not mentioned',
        detail: `X mentioned ${by} ${requested} neither in data nor in errors.`,
      }
    : { source: 'x', title: 'Not asked', detail: `${requested} cannot be the ${by} of an account of X.` };
}

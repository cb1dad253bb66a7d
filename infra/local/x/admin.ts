/** The simulator's own controls, under /_sim/; X has nothing like them. */
import { noCalls } from './call-counts.ts';
import { chargesIn, emptyLedger } from './charges.ts';
import { type Compliance, type ComplianceJob, takesFor } from './compliance-jobs.ts';
import { type Fault, stand } from './faults.ts';
import { followingCount, friendsOn } from './friends-list.ts';
import { changeStatuses, type Misplacement, misplace, type StatusOrder, whole } from './orders.ts';
import { keepingPast } from './past.ts';
import type { Losses } from './people.ts';
import type { Simulator } from './simulator.ts';
import type { Limits } from './windows.ts';
import { accountOf, type DeclaredAccount, declare } from './world.ts';

/** What a command may be given: accounts, what is done to them, a fault, limits, losses, or the day. */
type Input = DeclaredAccount[] &
  StatusOrder[] &
  Misplacement[] &
  Fault &
  Partial<Limits & Losses & Pick<Compliance, 'processingMs' | 'store'> & Pick<ComplianceJob, 'ended'>> & {
    day?: number;
    advance?: number;
  };
type Command = (simulator: Simulator, input: Input, query: URLSearchParams) => object | undefined;

const commands: Record<string, Command> = {
  'POST accounts': ({ world }, accounts) => ({ accounts: declare(world, accounts).accounts.length }),
  'POST day': ({ world }, { day = world.day, advance = 0 }) => {
    world.day = whole(day + advance);
    return { day: world.day };
  },
  'POST statuses': ({ world }, orders) => ({ statuses: changeStatuses(world, orders) }),
  'POST misplaced': ({ world }, orders) => ({ misplaced: misplace(world, orders) }),
  'POST losses': ({ world }, { lost = 3, back = 250 }) => {
    for (const perMille of [lost, back])
      if (!(perMille >= 0 && perMille < 1000)) throw new RangeError(`${perMille} is not 0 to 999 of 1,000`);
    world.losses = { lost, back };
    return world.losses;
  },
  'DELETE losses': ({ world }) => {
    world.losses = undefined;
    return { losses: 'for good' };
  },
  'POST compliance': ({ compliance, clock }, { processingMs, store, ended }) => {
    if (processingMs !== undefined) takesFor(compliance, whole(processingMs), clock.now());
    if (store !== undefined) compliance.store = store;
    if (ended !== undefined) Object.assign(compliance.jobs.at(-1) ?? {}, { ended });
    return { ...compliance, jobs: compliance.jobs.length };
  },
  'GET truth': ({ world }, _, query) => {
    const day = whole(Number(query.get('day') ?? world.day));
    const account = accountOf(world, 'username', query.get('username') ?? '', day);
    if (!account) return undefined;
    const { id, status } = account;
    return { id, status, saysCount: followingCount(world, account, day), friends: friendsOn(world, id, day) };
  },
  'POST faults': ({ faults, clock }, fault) => ({ faults: faults.push(stand(fault, clock.now())) }),
  'DELETE faults': ({ faults }) => ({ cleared: faults.splice(0).length }),
  'GET calls': ({ calls }) => calls,
  'POST reset-calls': ({ calls }) => Object.assign(calls, noCalls()),
  'GET charges': ({ ledger }) => chargesIn(ledger),
  'DELETE charges': ({ ledger }) => chargesIn(Object.assign(ledger, emptyLedger())),
  'POST limits': ({ limits, windows }, changed) => {
    for (const value of Object.values(changed)) whole(value);
    windows.clear();
    return Object.assign(limits, changed);
  },
};

export function administer(simulator: Simulator, command: string, body: string, query: URLSearchParams) {
  try {
    const { past, world, clock } = simulator;
    const input = JSON.parse(body || '{}');
    const run = () => commands[command]?.(simulator, input, query);
    const result = keepingPast(past, world, clock.now(), run);
    if (!command.startsWith('GET')) simulator.save();
    return result ? { status: 200, body: result } : { status: 404 };
  } catch (error) {
    return { status: 400, body: { error: `${error}` } };
  }
}

/** The simulator's own controls, under /_sim/; X has nothing like them. */
import { noCalls } from './call-counts.ts';
import { type Fault, stand } from './faults.ts';
import { followingCount, friendsOn } from './friends-list.ts';
import type { Simulator } from './simulator.ts';
import type { Limits } from './windows.ts';
import { accountOf, type DeclaredAccount, declare } from './world.ts';

/** What a command may be given: accounts, a fault, limits, or the day. */
type Input = DeclaredAccount[] & Fault & Partial<Limits> & { day?: number; advance?: number };
type Command = (simulator: Simulator, input: Input, query: URLSearchParams) => object | undefined;

const commands: Record<string, Command> = {
  'POST accounts': ({ world }, accounts) => ({ accounts: declare(world, accounts).accounts.length }),
  'POST day': ({ world }, { day = world.day, advance = 0 }) => {
    world.day = whole(day + advance);
    return { day: world.day };
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
  'POST limits': ({ limits, windows }, changed) => {
    for (const value of Object.values(changed)) whole(value);
    windows.clear();
    return Object.assign(limits, changed);
  },
};

const whole = (value: unknown): number => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new RangeError(`${value} is not a whole number from 0`);
};

export function administer(simulator: Simulator, command: string, body: string, query: URLSearchParams) {
  try {
    const result = commands[command]?.(simulator, JSON.parse(body || '{}'), query);
    if (command.startsWith('POST')) simulator.save();
    return result ? { status: 200, body: result } : { status: 404 };
  } catch (error) {
    return { status: 400, body: { error: `${error}` } };
  }
}

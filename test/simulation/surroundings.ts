import type { Config } from '../../shared/config.ts';
import type { Checks } from './checks/checks.ts';
import type { Facts } from './facts.ts';
import type { Faults } from './faults.ts';
import type { Instance } from './instance.ts';
import type { Profile } from './profiles.ts';
import type { Random } from './random.ts';
import type { Tables } from './tables.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What the parts of a simulation know of it, so that none of them needs the whole. */
export interface Surroundings {
  readonly random: Random;
  readonly profile: Profile;
  readonly faults: Faults;
  readonly time: VirtualTime;
  readonly facts: Facts;
  readonly tables: Tables;
  readonly checks: Checks;
  readonly config: Pick<Config, 'TOPIC_CHANGES'>;
  readonly counts: { xCalls: number; deliveries: number };
  trace(line: () => string): void;
  /** The first promise that is broken ends the simulation. */
  fail(promise: string, what: string): void;
  note(what: string): void;
  crash(instance: Instance): void;
  isWarehouseAway(): boolean;
  /** How far a machine's clock is off. */
  skewMs(): number;
}

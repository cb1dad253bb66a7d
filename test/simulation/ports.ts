import type { Bus } from '../../shared/bus.ts';
import { RetryLater } from '../../shared/errors.ts';
import { isEnd } from '../../shared/plan/chain.ts';
import { DAY_MS } from '../../shared/times.ts';
import { type AccountMetadata, createAccountMetadata } from '../../shared/warehouse/account-metadata.ts';
import type { WarehouseContext } from '../../shared/warehouse/client.ts';
import { type CompletedScrapes, createCompletedScrapes } from '../../shared/warehouse/completed-scrapes.ts';
import { createDispatches, type Dispatches } from '../../shared/warehouse/dispatches.ts';
import { createStops, type Stops } from '../../shared/warehouse/stops.ts';
import type { Invocation } from './instance.ts';
import { overNetwork } from './network.ts';
import type { Simulation } from './simulation.ts';

const PUBLISH_FAULTS = [
  'publish failed',
  'publish unknown, done now',
  'publish unknown, done later',
] as const;

/** Of whom a call is. */
type By = () => Invocation;

/** What is heard of a publish may be wrong: an error does not say that nothing was published. */
export function busPort(sim: Simulation, by: By): Bus {
  const bus: Bus = {
    async publish(topic, message, options = {}) {
      const { faults, random, time, broker, checks } = sim;
      const publish = () => broker.publish(topic, JSON.stringify(message), options).id;
      const invocation = by();
      const finish = checks.publishing.begin(invocation, topic, message);
      checks.announcements.publishing(invocation, topic, message);
      const fault = faults.oneOf(...PUBLISH_FAULTS);
      try {
        const id = await overNetwork(sim, invocation.instance, () => {
          if (fault === undefined || fault === 'publish unknown, done now') publish();
          if (fault === 'publish unknown, done later') time.after(random.magnitude(100, DAY_MS), publish);
          if (fault !== undefined) throw new RetryLater(`publishing to ${topic} failed: ${fault}`);
          return String(broker.messages.length);
        });
        finish('done');
        return id;
      } catch (error) {
        finish('failed');
        throw error;
      }
    },
    // The requests of the client have what they have; here each message may be the last one of such a request.
    async publishInOrder(topic, messages, orderingKey) {
      for (const message of messages) await bus.publish(topic, message, { orderingKey });
    },
  };
  return bus;
}

/** Tells the checks who asked for pages and was shown which, and whether what was appended is known to be stored. */
export function scrapesPort({ checks }: Simulation, by: By, warehouse: WarehouseContext): CompletedScrapes {
  const scrapes = createCompletedScrapes(warehouse);
  return {
    async ofDispatch(key) {
      const invocation = by();
      checks.gates.callingOutside(invocation);
      const pages = await scrapes.ofDispatch(key);
      invocation.shownFetches = new Set(pages.map(({ fetchId }) => fetchId));
      invocation.shownEnd = Math.min(...pages.filter(isEnd).map(({ pageNumber }) => pageNumber));
      return pages;
    },
    ofDispatches(keys) {
      checks.gates.callingOutside(by());
      return scrapes.ofDispatches(keys);
    },
    async append(row) {
      const { instance } = by();
      let isStored = false;
      try {
        const how = await scrapes.append(row);
        isStored = true;
        return how;
      } finally {
        checks.gates.appended(instance, isStored);
      }
    },
  };
}

export function dispatchesPort({ checks }: Simulation, by: By, warehouse: WarehouseContext): Dispatches {
  const dispatches = createDispatches(warehouse);
  return {
    ...dispatches,
    of(...asked) {
      checks.gates.callingOutside(by());
      checks.lookUps.planning(by());
      return dispatches.of(...asked);
    },
    committed(...asked) {
      checks.gates.callingOutside(by());
      return dispatches.committed(...asked);
    },
  };
}

export function stopsPort({ checks }: Simulation, by: By, warehouse: WarehouseContext): Stops {
  const stops = createStops(warehouse);
  return {
    newest() {
      checks.gates.callingOutside(by());
      return stops.newest();
    },
  };
}

export function metadataPort({ checks }: Simulation, by: By, warehouse: WarehouseContext): AccountMetadata {
  const metadata = createAccountMetadata(warehouse);
  return {
    has(key) {
      checks.gates.callingOutside(by());
      return metadata.has(key);
    },
    async append(rows) {
      const { instance } = by();
      // A planner that dies between observation and plan observes again: nobody knows of it without a plan.
      const observed = instance.service === 'getmetadata' ? rows : [];
      const forget = observed.map((row) => checks.observations.begin(instance, row));
      try {
        const refused = await metadata.append(rows);
        for (const { index } of refused) forget[index]?.();
        return refused;
      } catch (error) {
        for (const each of forget) each();
        throw error;
      }
    },
  };
}

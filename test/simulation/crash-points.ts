/** The services whose effects can be interrupted. */
export type Service = 'pagedispatch' | 'getpage' | 'getmetadata';

/**
 * What each service does to the world outside, as `port.method`; a publish once per topic. Questions to the
 * warehouse are no effects: whether a function dies before or after one of them, the world is the same.
 */
const EFFECTS = {
  pagedispatch: [
    'requested.insert',
    'bus.publish to pagedispatch',
    'x.lookup',
    'metadata.append',
    'dispatches.insert',
    'bus.publish to getmetadata',
    'bus.publish to getpage',
    'rejected.append',
  ],
  getpage: [
    'x.following',
    'scrapes.append',
    'bus.publish to pagedispatch',
    'bus.publish to getpage',
    'bus.publish to getmetadata',
    'bus.publish to changes',
    'rejected.append',
  ],
  getmetadata: ['x.lookup', 'metadata.append', 'rejected.append'],
} as const satisfies Record<Service, readonly string[]>;

const EFFECT_METHODS = new Set(['publish', 'publishInOrder', 'append', 'insert', 'following', 'lookup']);

/** Every named point, such as 'getpage/before scrapes.append'. */
export const CRASH_POINTS: readonly string[] = (Object.keys(EFFECTS) as Service[]).flatMap((service) =>
  EFFECTS[service].flatMap((effect) => [`${service}/before ${effect}`, `${service}/after ${effect}`]),
);

/** Those that are met in full reads: the others are publishes of checks, from page to page. */
export const CRASH_POINTS_OF_FULL_READS = CRASH_POINTS.filter(
  (point) => !/^getpage.*publish to get/.test(point),
);

type Method = (...args: unknown[]) => Promise<unknown>;

/**
 * `port` with `reach` awaited before and after each effect (after: only where it succeeded). `reach` crashes,
 * or returns. Topics are named as the configuration names them by default.
 */
export function withCrashPoints<P extends object>(
  service: Service,
  portName: string,
  port: P,
  reach: (point: string) => Promise<void>,
): P {
  const methods = Object.entries(port).map(([method, call]: [string, Method]) => {
    if (!EFFECT_METHODS.has(method)) return [method, call] as const;
    if (method === 'publishInOrder') return [method, oneByOne(watching('publish', call))] as const;
    return [method, watching(method, call)] as const;
  });
  return Object.fromEntries(methods) as P;

  function watching(method: string, call: Method): Method {
    return async (...args) => {
      const effect = method === 'publish' ? `publish to ${String(args[0])}` : method;
      await reach(`${service}/before ${portName}.${effect}`);
      const result = await call(...args);
      await reach(`${service}/after ${portName}.${effect}`);
      return result;
    };
  }
}

/** Of what is published together any beginning may be all that was: so one may die between any two. */
const oneByOne =
  (publish: Method): Method =>
  async (topic, messages, orderingKey) => {
    for (const message of messages as object[]) await publish(topic, [message], orderingKey);
  };

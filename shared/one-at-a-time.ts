import { RetryLater } from './errors.ts';

/** Runs `work` unless other work of the same key is under way in this instance: then RetryLater with `why`, at once. */
export type OneAtATime = <T>(key: string, work: () => Promise<T>) => Promise<T>;

export function createOneAtATime(why: string): OneAtATime {
  const underWay = new Set<string>();
  return async (key, work) => {
    if (underWay.has(key)) throw new RetryLater(why);
    underWay.add(key);
    try {
      return await work();
    } finally {
      underWay.delete(key);
    }
  };
}

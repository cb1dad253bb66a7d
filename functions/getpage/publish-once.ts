import type { Memory } from '../../shared/memory.ts';

/** Publishes what this instance has not published just now, as `name` tells it apart. Throws RetryLater. */
export async function publishOnce(
  name: string,
  published: Memory<true>,
  publish: () => Promise<unknown>,
): Promise<void> {
  if (published.get(name)) return;
  await publish();
  published.keep(name, true);
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SERVICES } from '../../../../infra/local/topology.ts';
import type { TestStack } from '../../../support/stack.ts';
import type { BenchContext, Figures } from '../../bench.ts';
import { type Code, firstEventsInTurns } from '../starts.ts';
import { rounded } from '../statistics.ts';

const EMPTY = `const { cloudEvent } = require('@google-cloud/functions-framework');
for (const name of ${JSON.stringify(SERVICES)}) cloudEvent(name, async () => undefined);
`;

/** The first event of each function, as it is deployed, against the same event to a function that does nothing. */
export async function firstEventFloor(
  context: BenchContext,
  on: TestStack,
  code: Code,
  dir: string,
): Promise<Figures> {
  const empty = { ...code, source: join(dir, 'empty.cjs') };
  await writeFile(empty.source, EMPTY);
  const say = (event: string, starts: number) =>
    `floors: ${event}, ${starts} starts, and as many of an empty function, in turns`;
  const medians = await firstEventsInTurns({ context, on }, { product: code, floor: empty }, say);
  const figures = medians.map(([event, { product, floor }]) => [
    event,
    { productMs: rounded(product), floorMs: rounded(floor), ratio: rounded(product / floor) },
  ]);
  return Object.fromEntries(figures);
}

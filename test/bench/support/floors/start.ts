import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SERVICES } from '../../../../infra/local/topology.ts';
import type { TestStack } from '../../../support/stack.ts';
import { type BenchContext, type Figures, scaled } from '../../bench.ts';
import { firstEvents } from '../first-events.ts';
import { type Code, firstEventMs } from '../starts.ts';
import { median, rounded } from '../statistics.ts';

const STARTS = 15;

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
  const events = await firstEvents(on);
  const figures: Figures = {};
  for (const service of SERVICES) {
    const starts = scaled(context, STARTS, 3);
    context.say(`floors: ${service}, ${starts} starts, and as many of an empty function, in turns`);
    const [product, floor]: [number[], number[]] = [[], []];
    // The first of each is not counted: it brings the files into the system's cache.
    for (let start = -1; start < starts; start++) {
      const productMs = await firstEventMs(on, service, code, events[service]());
      const floorMs = await firstEventMs(on, service, empty, events[service]());
      if (start < 0) continue;
      product.push(productMs);
      floor.push(floorMs);
    }
    figures[service] = {
      productMs: rounded(median(product)),
      floorMs: rounded(median(floor)),
      ratio: rounded(median(product) / median(floor)),
    };
  }
  return figures;
}

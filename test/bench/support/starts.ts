import type { Service } from '../../../infra/local/topology.ts';
import { topicOf } from '../../../infra/local/topology.ts';
import type { TestStack } from '../../support/stack.ts';
import { startFunction } from './function-process.ts';
import { push } from './push.ts';

/** What a process runs, and what is preloaded into it. */
export interface Code {
  source: string;
  preload: string;
}

/** From the start of the process to the acknowledgement of its first event. */
export async function firstEventMs(
  on: TestStack,
  service: Service,
  code: Code,
  event: object,
): Promise<number> {
  const startMs = performance.now();
  const started = await startFunction(on, { name: `start-${service}`, target: service, ...code });
  try {
    await push(started.port, topicOf(on.stack.config, service), event);
    return performance.now() - startMs;
  } finally {
    await started.stop();
  }
}

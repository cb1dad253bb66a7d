import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../../infra/local/process.ts';
import { type Service, topicOf } from '../../../infra/local/topology.ts';
import type { TestStack } from '../../support/stack.ts';
import { startFunction } from './function-process.ts';
import { push } from './push.ts';

/** What a process runs, and what is preloaded into it. */
export interface Code {
  source: string;
  preload: string;
}

/** In a new folder inside the repository, so that what is built there finds the libraries; it is removed afterwards. */
export async function inBuildFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
  await mkdir(join(ROOT, '.dodo'), { recursive: true });
  const dir = await mkdtemp(join(ROOT, '.dodo', 'bench-'));
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
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

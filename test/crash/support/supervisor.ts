import { join } from 'node:path';
import { functionProcess } from '../../../infra/local/function-process.ts';
import { type StackProcess, startProcess } from '../../../infra/local/process.ts';
import { SERVICES, type Service } from '../../../infra/local/topology.ts';
import type { TestStack } from '../../support/stack.ts';

export interface Supervisor {
  /** How often a function of this name has died. */
  deaths(service: Service): number;
  /** Stops the functions; the rest of the stack goes on. */
  stop(): Promise<void>;
}

/**
 * Starts a function again whenever its process has ended, on the same port: as Cloud Run puts a new instance behind
 * the URL of one that is gone (https://cloud.google.com/run/docs/container-contract#lifecycle).
 */
export function supervise(on: TestStack, source: string): Supervisor {
  const deaths = new Map<string, number>();
  const running = new Map<string, StackProcess>();
  let isStopping = false;

  async function keepUp(service: Service, first: StackProcess): Promise<void> {
    const spec = functionProcess(service, on.stack.env, { source, port: first.port });
    for (let current = first; ; ) {
      running.set(service, current);
      await current.ended;
      if (isStopping) return;
      deaths.set(service, (deaths.get(service) ?? 0) + 1);
      current = await startProcess({ ...spec, logs: join(on.dir, 'logs') });
      if (isStopping) await current.stop();
    }
  }

  const kept = on.stack.processes.flatMap((each) => {
    const service = SERVICES.find((name) => name === each.name);
    return service ? [keepUp(service, each)] : [];
  });
  return {
    deaths: (service) => deaths.get(service) ?? 0,
    async stop() {
      isStopping = true;
      await Promise.all([...running.values()].map((each) => each.stop()));
      await Promise.all(kept);
    },
  };
}

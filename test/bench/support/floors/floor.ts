import { request } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type StackProcess, startProcess } from '../../../../infra/local/process.ts';
import type { TestStack } from '../../../support/stack.ts';
import { LOOPBACK } from '../function-process.ts';

/** A process beside the stack that does the least that there is to do, for each piece of work that it is sent. */
export interface Floor {
  pid: number;
  /** Resolves with what it answers once that is done. */
  ask(work: object): Promise<unknown>;
  stop(): Promise<void>;
}

/** `file`: of this folder. */
export async function startFloor(on: TestStack, file: string): Promise<Floor> {
  const args = ['--import', LOOPBACK, join(import.meta.dirname, file)];
  const started: StackProcess = await startProcess({
    ...{ name: file, args, env: { ...on.stack.env } },
    logs: join(on.dir, 'logs'),
  });
  return {
    pid: started.pid,
    stop: started.stop,
    ask: (work) =>
      new Promise((resolve, reject) => {
        const asked = request({ port: started.port, host: '127.0.0.1', method: 'POST' }, async (answer) => {
          const body = String(await buffer(answer));
          if (answer.statusCode === 200) resolve(JSON.parse(body));
          else reject(new Error(`${file} answered ${answer.statusCode}: ${body}`));
        });
        asked.on('error', reject);
        asked.end(JSON.stringify(work));
      }),
  };
}

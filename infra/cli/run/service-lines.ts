import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { SERVICES } from '../../local/topology.ts';

/** What a line of a function's log says of a run; see shared/errors.ts and shared/log.ts for the rest. */
export interface ServiceLine {
  service: string;
  message: string;
  runId: string;
  dispatchId?: string;
  /** ISO 8601: until when a RetryLater waits, where that is known. */
  until?: string;
  cause?: string;
  /** True where somebody must look at it. */
  alert?: boolean;
}

/** A run's newest lines are near the end, and the log of a long-lived stack is long. */
const TAIL_BYTES = 8_000_000;

/** What a line says of a gate: of one to an endpoint of X, or of another. */
export type GateLine = Pick<ServiceLine, 'until' | 'cause'> & { endpoint?: string; gate?: string };

/** The lines about a run in the logs of a local stack: of each service newest first, of all services together. */
export const localLines = (logs: string, runId: string): Promise<ServiceLine[]> =>
  linesOf(logs, (service, json) => serviceLine(service, json, runId), runId);

/** The same of all lines that say until when something waits. */
export const allLocalLines = (logs: string): Promise<GateLine[]> =>
  linesOf(logs, (_service, json) => [json as GateLine], '"until"');

/** `naming`: what a line must contain to be read at all. */
async function linesOf<Line>(
  logs: string,
  read: (service: string, json: object) => Line[],
  naming: string,
): Promise<Line[]> {
  const lines = await Promise.all(
    SERVICES.map(async (service) =>
      (await tailOf(join(logs, `${service}.log`)))
        .split('\n')
        .filter((line) => line.includes(naming))
        .flatMap((line) => jsonOf(line).flatMap((json) => read(service, json)))
        .reverse(),
    ),
  );
  return lines.flat();
}

async function tailOf(file: string): Promise<string> {
  const size = await stat(file).then(
    (found) => found.size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return 0;
      throw error;
    },
  );
  return size === 0 ? '' : text(createReadStream(file, { start: Math.max(0, size - TAIL_BYTES) }));
}

/** Whatever else a process prints (a warning of Node, a line that the tail has cut) says nothing. */
function jsonOf(line: string): object[] {
  try {
    return [JSON.parse(line)].filter((json) => json !== null && typeof json === 'object');
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

export function serviceLine(service: string, json: unknown, runId: string): ServiceLine[] {
  const line = json as ServiceLine | null;
  return line?.runId === runId && typeof line.message === 'string' ? [{ ...line, service }] : [];
}

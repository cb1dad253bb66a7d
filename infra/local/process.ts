import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { systemEnvironment } from '../../shared/config.ts';

/** One process of the local stack. */
export interface StackProcess {
  name: string;
  pid: number;
  /** On 127.0.0.1, chosen by the system. */
  port: number;
  /** Resolves when the process has ended, however. */
  ended: Promise<void>;
  /** Only where its time is driven: resolves once that is so far from the system's. */
  moveTime(offsetMs: number): Promise<void>;
  stop(): Promise<void>;
}

export interface ProcessSpec {
  name: string;
  /** Arguments of node. */
  args: string[];
  /** A command that starts it: node and its arguments are added. */
  under?: string[];
  env?: Record<string, string>;
  /** Its output goes to `<logs>/<name>.log`. */
  logs: string;
  /** How far its time is from the system's at the start, where that is driven (driven-time.ts). */
  offsetMs?: number | undefined;
}

export const ROOT = join(import.meta.dirname, '..', '..');
const DRIVEN_TIME = join(import.meta.dirname, 'driven-time.ts');

const STOP_WITHIN_MS = 5000;

/** Where V8 finds the code of the last start compiled. In a folder of ours: see infra/cli/dodo.js. */
const COMPILED = join(ROOT, 'node_modules', '.cache', 'dodo');

/** Starts a process and waits until it says on which port it listens. Throws when it ends before that. */
export async function startProcess(spec: ProcessSpec): Promise<StackProcess> {
  const { name, args, under = [], env = {}, logs, offsetMs } = spec;
  const log = openSync(join(logs, `${name}.log`), 'a');
  const driven = offsetMs !== undefined && { DRIVEN_TIME_OFFSET_MS: String(offsetMs) };
  const [command = process.execPath, ...more] = [...under, process.execPath];
  const child = spawn(command, [...more, ...(driven ? ['--import', DRIVEN_TIME] : []), ...args], {
    cwd: ROOT,
    env: { ...systemEnvironment(), NODE_ENV: 'production', NODE_COMPILE_CACHE: COMPILED, ...env, ...driven },
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const ended = once(child, 'exit').then(() => undefined);
  const port = await Promise.race([listeningPort(child), ended.then(() => undefined)]);
  if (port === undefined || child.pid === undefined)
    throw new Error(`${name} ended before it listened; its output is in ${join(logs, `${name}.log`)}`);
  const moveTime = (to: number) => moveTimeOf(child, to);
  return { name, pid: child.pid, port, ended, moveTime, stop: () => stop(child, ended) };
}

function moveTimeOf(child: ChildProcess, offsetMs: number): Promise<void> {
  return new Promise((resolve) => {
    child.on('message', function heard(message: { offsetMs?: number }) {
      if (message.offsetMs !== offsetMs) return;
      child.off('message', heard);
      resolve();
    });
    child.send({ offsetMs });
  });
}

function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.on('message', (message: { port?: number }) => {
      if (message.port !== undefined) resolve(message.port);
    });
  });
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(impatience);
}

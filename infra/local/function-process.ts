import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type ProcessSpec, ROOT } from './process.ts';
import { memoryMiB, type Service } from './topology.ts';

const FRAMEWORK = createRequire(import.meta.url)
  .resolve('@google-cloud/functions-framework')
  .replace(/index\.js$/, 'main.js');

const LOOPBACK = join(ROOT, 'infra', 'local', 'loopback.ts');

/**
 * V8 sizes its heap by the memory that it finds. In a container of that size it allows itself half of it, and a young
 * generation of a few MiB; here it would find the whole machine, and let garbage grow to several times of that.
 */
const heapOf = (service: Service) => [
  `--max-old-space-size=${memoryMiB(service) / 2}`,
  '--max-semi-space-size=4',
];

export interface FunctionSource {
  /** The module that registers the functions; default: the one that is deployed. */
  source?: string | undefined;
  /** Default: the system chooses. */
  port?: number;
}

/** How one of the three functions is started: under the real functions-framework, on 127.0.0.1. */
export function functionProcess(
  service: Service,
  env: Record<string, string>,
  { source = join(ROOT, 'functions', 'index.ts'), port = 0 }: FunctionSource = {},
): Omit<ProcessSpec, 'logs'> & { env: Record<string, string> } {
  return {
    name: service,
    args: [...heapOf(service), '--import', LOOPBACK, FRAMEWORK],
    env: { ...env, FUNCTION_TARGET: service, FUNCTION_SOURCE: source, PORT: String(port) },
  };
}

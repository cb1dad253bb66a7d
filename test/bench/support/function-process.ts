import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT, type StackProcess, startProcess } from '../../../infra/local/process.ts';
import type { TestStack } from '../../support/stack.ts';

const FRAMEWORK = createRequire(import.meta.url)
  .resolve('@google-cloud/functions-framework')
  .replace(/index\.js$/, 'main.js');

/** Starts a function from `source` under the real framework, on the stack's endpoints; it logs beside the stack. */
export function startFunction(
  on: TestStack,
  spec: { name: string; target: string; source: string; env?: Record<string, string> },
): Promise<StackProcess> {
  const { name, target, source, env } = spec;
  return startProcess({
    name,
    args: ['--import', join(ROOT, 'infra', 'local', 'loopback.ts'), FRAMEWORK],
    env: { ...on.stack.env, ...env, FUNCTION_TARGET: target, FUNCTION_SOURCE: source, PORT: '0' },
    logs: join(on.dir, 'logs'),
  });
}

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT, type StackProcess, startProcess } from '../../../infra/local/process.ts';
import type { TestStack } from '../../support/stack.ts';

const FRAMEWORK = createRequire(import.meta.url)
  .resolve('@google-cloud/functions-framework')
  .replace(/index\.js$/, 'main.js');

/** Preloaded, it keeps a server on the loopback. */
export const LOOPBACK = join(ROOT, 'infra', 'local', 'loopback.ts');

const WITHOUT_DOMAIN = join(import.meta.dirname, 'floors', 'without-domain.ts');

/** Starts a function from `source` under the real framework, on the stack's endpoints; it logs beside the stack. */
export function startFunction(
  on: TestStack,
  spec: {
    name: string;
    target: string;
    source: string;
    framework?: string;
    preload?: string;
    hasDomain?: boolean;
    env?: Record<string, string>;
    under?: string[];
  },
): Promise<StackProcess> {
  const { name, target, source, framework = FRAMEWORK, preload = LOOPBACK, hasDomain = true } = spec;
  const { env, under = [] } = spec;
  return startProcess({
    ...{ name, under },
    args: ['--import', preload, ...(hasDomain ? [] : ['--import', WITHOUT_DOMAIN]), framework],
    // A start in the cloud finds nothing compiled.
    env: {
      ...on.stack.env,
      NODE_DISABLE_COMPILE_CACHE: '1',
      ...env,
      FUNCTION_TARGET: target,
      FUNCTION_SOURCE: source,
      PORT: '0',
    },
    logs: join(on.dir, 'logs'),
  });
}

#!/usr/bin/env node
// Cloud Functions runs Node 24, and so does everything here: under an older Node this starts the one that the
// dev dependency `node` has installed. Plain JavaScript, because that older Node cannot read TypeScript.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';

const REQUIRED_MAJOR = 24;
const MODULES = join(import.meta.dirname, '..', '..', 'node_modules');

if (Number(process.versions.node.split('.')[0]) >= REQUIRED_MAJOR) {
  // Halves the time to the first line. In a folder of ours: whoever writes to it could make us run what they like.
  module.enableCompileCache(join(MODULES, '.cache', 'dodo'));
  await import('./main.ts');
} else {
  const node = join(MODULES, 'node', 'bin', 'node');
  if (!existsSync(node)) {
    console.error(
      `dodo needs Node ${REQUIRED_MAJOR}; this is ${process.version}. Run "npm ci" first: it brings one.`,
    );
    process.exit(1);
  }
  const child = spawn(node, [import.meta.filename, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

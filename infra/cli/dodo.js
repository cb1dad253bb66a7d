#!/usr/bin/env node
// Cloud Functions runs Node 24, and so does everything here: under an older Node this starts the one that the
// dev dependency `node` has installed. Plain JavaScript, because that older Node cannot read TypeScript.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const REQUIRED_MAJOR = 24;

if (Number(process.versions.node.split('.')[0]) >= REQUIRED_MAJOR) {
  await import('./main.ts');
} else {
  const node = join(import.meta.dirname, '..', '..', 'node_modules', 'node', 'bin', 'node');
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

#!/usr/bin/env node
// Cloud Functions runs Node 24, and so does everything here: under an older Node this starts the one that the
// dev dependency `node` has installed. Plain JavaScript that Node 18 can read too: an older Node cannot read TypeScript.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const REQUIRED_MAJOR = 24;
const installed = (path) => fileURLToPath(new URL(`../../node_modules/${path}`, import.meta.url));
const fail = (sentence) => {
  console.error(`dodo: ${sentence}`);
  process.exit(1);
};

const isOlder = Number(process.versions.node.split('.')[0]) < REQUIRED_MAJOR;
const node = installed('node/bin/node');
if (!existsSync(installed('commander')))
  fail('nothing is installed yet. Run "npm ci" in the folder that package.json lies in.');
if (isOlder && !existsSync(node))
  fail(
    `this is Node ${process.versions.node}, ${REQUIRED_MAJOR} is needed, and the one that the install brings is not there: its script was not let run. Run "npm ci --ignore-scripts=false", or use Node ${REQUIRED_MAJOR}.`,
  );
if (isOlder) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
} else {
  // Halves the time to the first line. In a folder of ours: whoever writes to it could make us run what they like.
  module.enableCompileCache(installed('.cache/dodo'));
  await import('./main.ts');
}

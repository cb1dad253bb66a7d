/**
 * Translations that outlive the process, in the folder where Node keeps what it has compiled: of a start of the stack
 * they are a third. Where Node keeps nothing there are none. https://nodejs.org/api/module.html#modulegetcompilecachedir
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, getCompileCacheDir } from 'node:module';
import { join } from 'node:path';

const root = getCompileCacheDir();
const folder = root && join(root, 'translations');

/** This translator: of another one, also of a file of it that was edited, nothing is found. */
const TRANSLATOR = folder && hashOf(sourcesOf(import.meta.dirname));

function sourcesOf(dir: string): string[] {
  const polyglot = createRequire(import.meta.url).resolve('@polyglot-sql/sdk');
  const files = readdirSync(dir).filter((name) => name.endsWith('.ts'));
  return [...files.sort().map((name) => readFileSync(join(dir, name), 'utf8')), packageOf(polyglot)];
}

/** Its name and version. */
function packageOf(file: string): string {
  const [, dir = ''] = /^(.*node_modules\/@[^/]+\/[^/]+)\//.exec(file.replaceAll('\\', '/')) ?? [];
  return readFileSync(join(dir, 'package.json'), 'utf8');
}

export function hashOf(parts: string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest('hex');
}

const fileOf = (dir: string, key: string) => join(dir, `${hashOf([TRANSLATOR ?? '', key])}.json`);

/** What was stored under that key; undefined where nothing was, or it cannot be read: it is made again. */
export function storedTranslation(key: string): unknown {
  if (!folder) return undefined;
  try {
    return JSON.parse(readFileSync(fileOf(folder, key), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Without it all goes on as before: that it cannot be stored is nobody's trouble. */
export function storeTranslation(key: string, value: unknown): void {
  if (!folder) return;
  const file = fileOf(folder, key);
  // Whole, or not at all: several stacks may start at a time.
  const unfinished = `${file}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(unfinished, JSON.stringify(value));
    renameSync(unfinished, file);
  } catch {}
}

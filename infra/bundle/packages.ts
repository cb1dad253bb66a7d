import { execFile } from 'node:child_process';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './build.ts';

/**
 * Writes into `folder` which packages the cloud installs, and their lock file: `names` in the versions that this checkout
 * runs with, and nothing else. The lock file is the checkout's, out of which npm takes what is not asked for; that needs
 * no network. Throws where a name is none of its dependencies.
 * https://docs.npmjs.com/cli/commands/npm-install#package-lock-only
 */
export async function writePackages(folder: string, names: string[], main: string): Promise<void> {
  const { name, version, license, type, engines, dependencies } = JSON.parse(
    await readFile(join(ROOT, 'package.json'), 'utf8'),
  );
  const missing = names.filter((name) => dependencies[name] === undefined);
  if (missing.length > 0)
    throw new Error(`package.json has no dependency ${missing.join()}, which the bundle leaves outside`);
  const needed = Object.fromEntries(names.map((name) => [name, dependencies[name]]));
  const lean = { name, version, private: true, license, type, main, engines, dependencies: needed };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(lean, null, 2)}\n`);
  await copyFile(join(ROOT, 'package-lock.json'), join(folder, 'package-lock.json'));
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier'];
  await promisify(execFile)('npm', ['install', '--package-lock-only', '--offline', ...quiet], {
    cwd: folder,
  });
}

import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../../infra/local/process.ts';

const LOOPBACK = join(ROOT, 'infra', 'local', 'loopback.ts');

/** What one would write first: everything imported at once, in every process. `root` leads to the repository. */
const eager = (root: string) => `
import { cloudEvent } from '@google-cloud/functions-framework';
import { createGetMetadata } from '${root}/functions/getmetadata/index.ts';
import { createGetPage } from '${root}/functions/getpage/index.ts';
import { createPageDispatch } from '${root}/functions/pagedispatch/index.ts';
import { readConfig } from '${root}/shared/config.ts';
import '${root}/shared/pubsub-client.ts';

const config = readConfig();
const services = { pagedispatch: createPageDispatch, getpage: createGetPage, getmetadata: createGetMetadata };
for (const [name, create] of Object.entries(services)) {
  const handle = create(config);
  cloudEvent(name, async (event: unknown) => void (await (await handle)(event)));
}
`;

/**
 * Compiles the services as they are, file by file; `dir` lies inside the repository. Also what the local stack
 * preloads: as TypeScript it would take a third of a start, which the cloud does not know.
 */
export async function buildPlain(dir: string): Promise<{ entry: string; preload: string }> {
  await mkdir(dir, { recursive: true });
  const [entry, outDir, project] = [join(dir, 'eager.ts'), join(dir, 'out'), join(dir, 'tsconfig.json')];
  await writeFile(entry, eager(relative(dir, ROOT)));
  const compilerOptions = { noEmit: false, outDir, rootDir: ROOT, rewriteRelativeImportExtensions: true };
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions,
    files: [entry, LOOPBACK],
    include: [],
  };
  await writeFile(project, JSON.stringify(config));
  await promisify(execFile)(join(ROOT, 'node_modules', '.bin', 'tsc'), ['--project', project]);
  return {
    entry: join(outDir, relative(ROOT, dir), 'eager.js'),
    preload: join(outDir, 'infra', 'local', 'loopback.js'),
  };
}

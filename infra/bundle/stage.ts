/**
 * `npm run stage`: what is uploaded, in the folder .stage/, for Terraform to zip: the bundle, and which packages the cloud
 * installs beside it. Its size is printed.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buildBundle, ROOT } from './build.ts';
import { writePackages } from './packages.ts';

export async function stage(folder = join(ROOT, '.stage')): Promise<{ files: string[]; bytes: number }> {
  await rm(folder, { recursive: true, force: true });
  const packages = await buildBundle(join(folder, 'dist'));
  await writePackages(folder, packages, 'dist/index.mjs');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return {
    files: files.map((file) => file.slice(folder.length + 1)),
    bytes: sizes.reduce((sum, size) => sum + size),
  };
}

if (import.meta.main) {
  const { files, bytes } = await stage();
  console.log(`staged ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB, in .stage/`);
}

/** `npm run stage`: what is uploaded, in the folder .stage/, for Terraform to zip. Its size is printed. */
import { cp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buildBundle } from './build.ts';
import { ROOT, uploadedFiles } from './uploaded.ts';

export async function stage(folder = join(ROOT, '.stage')): Promise<{ files: string[]; bytes: number }> {
  await buildBundle();
  await rm(folder, { recursive: true, force: true });
  const files = uploadedFiles();
  let bytes = 0;
  for (const file of files) {
    await cp(join(ROOT, file), join(folder, file), { recursive: true });
    bytes += (await stat(join(ROOT, file))).size;
  }
  return { files, bytes };
}

if (import.meta.main) {
  const { files, bytes } = await stage();
  console.log(`staged ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB, in .stage/`);
}

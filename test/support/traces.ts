import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** As it is, and as base64 shows it, which depends on how many bytes stand before it: messages are kept so. */
export function formsOf(what: string): string[] {
  const shifted = ['', ' ', '  '].map((before) => Buffer.from(before + what).toString('base64'));
  return [what, ...shifted.map((base64) => base64.slice(4, -4))];
}

/** All files in a folder and in those below it. */
export async function filesIn(dir: string): Promise<{ name: string; content: Buffer }[]> {
  const names = await readdir(dir, { recursive: true, withFileTypes: true });
  const read = async (parent: string, name: string) => ({
    name,
    content: await readFile(join(parent, name)),
  });
  return Promise.all(names.filter((each) => each.isFile()).map((each) => read(each.parentPath, each.name)));
}

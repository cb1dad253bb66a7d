import { join, relative } from 'node:path';
import type { GlobalOptions, Target } from './target.ts';

const CHECKOUT = join(import.meta.dirname, '..', '..', '..');

/** A file by its name in the working folder; in any folder of the checkout that at its root. */
export function fromRoot(name: string, folder = process.cwd()): string {
  const toRoot = relative(folder, CHECKOUT);
  return /^(\.\.([/\\]|$))*$/.test(toRoot) ? join(toRoot, name) : name;
}

/** Where the local data lies unless told. */
export const DATA = fromRoot('.dodo');

/** The options that name a target once more; empty where it is found without. */
export function optionsNaming({ data, project }: Pick<GlobalOptions, 'data' | 'project'>): string {
  if (project !== undefined) return ` --project ${quoted(project)}`;
  return data === DATA ? '' : ` --data ${quoted(data)}`;
}

/** A command as it is to be typed to work on the same target: "npx dodo status --data .dodo/real". */
export const commandOn = ({ options }: Pick<Target, 'options'>, words: string): string =>
  `npx dodo ${words}${options}`;

/** The demo, which goes on there where it was. */
export const startOn = ({ options }: Pick<Target, 'options'>): string =>
  options === '' ? 'npm start' : `npm start --${options}`;

/** https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02 */
export const quoted = (word: string): string =>
  /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

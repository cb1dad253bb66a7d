import type { GlobalOptions, Target } from './target.ts';

/** Where the local data lies unless told. */
export const DATA = '.dodo';

/** The options that name a target once more; empty where it is found without. */
export function optionsNaming({ data, project }: Pick<GlobalOptions, 'data' | 'project'>): string {
  if (project !== undefined) return ` --project ${quoted(project)}`;
  return data === DATA ? '' : ` --data ${quoted(data)}`;
}

/** A command as it is to be typed to work on the same target: "npx dodo status --data .dodo/real". */
export const commandOn = ({ options }: Pick<Target, 'options'>, words: string): string =>
  `npx dodo ${words}${options}`;

/** https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02 */
const quoted = (word: string): string =>
  /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

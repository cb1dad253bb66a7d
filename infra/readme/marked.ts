/** A README with `table` between the lines `begin` and `end`; throws where it has no such place. */
export function withMarked(
  readme: string,
  [begin, end]: [begin: string, end: string],
  table: string,
): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md lacks the lines ${begin} and ${end}`);
  return `${readme.slice(0, from + begin.length)}\n\n${table}\n\n${readme.slice(to)}`;
}

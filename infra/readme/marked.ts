/** A document with `table` between the lines `begin` and `end`; throws where it has no such place. */
export function withMarked(
  document: string,
  [begin, end]: [begin: string, end: string],
  table: string,
): string {
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the document lacks the lines ${begin} and ${end}`);
  return `${document.slice(0, from + begin.length)}\n\n${table}\n\n${document.slice(to)}`;
}

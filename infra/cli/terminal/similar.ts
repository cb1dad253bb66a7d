/** The one of `names` that was probably meant, whatever its case; undefined: none is close. */
export function similarTo(given: string, names: readonly string[]): string | undefined {
  const meant = given.toUpperCase();
  const beginning = names.filter((name) => name.toUpperCase().startsWith(meant));
  if (meant.length > 3 && beginning.length === 1) return beginning[0];
  return names
    .map((name) => ({ name, steps: stepsBetween(meant, name.toUpperCase()) }))
    .filter(({ name, steps }) => steps <= Math.min(3, name.length / 4))
    .sort((a, b) => a.steps - b.steps)[0]?.name;
}

/** Letters to be put in, taken out or changed: https://en.wikipedia.org/wiki/Levenshtein_distance */
function stepsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, steps) => steps);
  for (const [above, letter] of [...a].entries())
    row = [...b].reduce(
      (next, other, left) => {
        const changed = (row[left] ?? 0) + (letter === other ? 0 : 1);
        next.push(Math.min((row[left + 1] ?? 0) + 1, (next[left] ?? 0) + 1, changed));
        return next;
      },
      [above + 1],
    );
  return row.at(-1) ?? 0;
}

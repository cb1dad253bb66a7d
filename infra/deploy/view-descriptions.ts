/** A column's line in the comment that a view's file opens with: `-- name: What it holds.` */
const COLUMN = /^-- (\w+): (.+)$/;

/**
 * The columns that the comment at the top of a view's SQL describes, in its order. Its first part says what a row
 * is; an empty comment line parts them.
 */
export function columnDescriptions(sql: string): Map<string, string> {
  const lines = sql.split('\n');
  const comment = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('--')),
  );
  const columns = comment.slice(comment.indexOf('--') + 1);
  return new Map(
    columns.map((line) => {
      const [, name = '', description = ''] = COLUMN.exec(line) ?? [];
      if (name === '') throw new Error(`"${line}" describes no column`);
      return [name, description];
    }),
  );
}

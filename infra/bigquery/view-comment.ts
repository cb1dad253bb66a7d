/** The comment that a view's file opens with: what a row is, an empty line, and a line per column. */
export interface ViewComment {
  /** What a row is, as one paragraph. */
  description: string;
  /** What each column holds, in their order. */
  columns: Map<string, string>;
}

/** `-- name: What it holds.` */
const COLUMN = /^-- (\w+): (.+)$/;

/** Throws an Error that names the line where one describes no column. */
export function viewComment(sql: string): ViewComment {
  const lines = sql.split('\n');
  const comment = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('--')),
  );
  const middle = comment.indexOf('--');
  const columns = comment.slice(middle + 1).map((line): [string, string] => {
    const [, name = '', holds = ''] = COLUMN.exec(line) ?? [];
    if (name === '') throw new Error(`"${line}" describes no column`);
    return [name, holds];
  });
  return {
    description: comment
      .slice(0, middle)
      .map((line) => line.slice('-- '.length))
      .join(' '),
    columns: new Map(columns),
  };
}

/** A column of a row that is given as JSON, in the type that the table has. `json` is SQL that names the row. */
export const jsonCell = (json: string, name: string, type: string): string =>
  type === 'STRING'
    ? `JSON_VALUE(${json}, '$.${name}')`
    : `CAST(JSON_VALUE(${json}, '$.${name}') AS ${type})`;

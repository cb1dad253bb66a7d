/** A table's fields, one of each type that the stand-in for BigQuery knows, and a repeated record. */
export const FIELDS_OF_EVERY_TYPE = [
  { name: 'id', type: 'INTEGER', mode: 'REQUIRED' },
  { name: 'name', type: 'STRING' },
  { name: 'price', type: 'NUMERIC' },
  { name: 'ratio', type: 'FLOAT' },
  { name: 'ok', type: 'BOOLEAN' },
  { name: 'day', type: 'DATE' },
  { name: 'seen_at', type: 'TIMESTAMP' },
  { name: 'local', type: 'DATETIME' },
  { name: 'raw', type: 'BYTES' },
  { name: 'extra', type: 'JSON' },
  { name: 'tags', type: 'STRING', mode: 'REPEATED' },
  {
    ...{ name: 'friends', type: 'RECORD', mode: 'REPEATED' },
    fields: [
      { name: 'id', type: 'STRING', mode: 'REQUIRED' },
      { name: 'n', type: 'INTEGER' },
    ],
  },
];

/** The client's classes as plain values: dates, times and numbers as texts, bytes in hexadecimal. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  if (Buffer.isBuffer(value)) return value.toString('hex');
  if (value.constructor.name === 'Big') return String(value);
  if (value.constructor.name.startsWith('BigQuery')) return (value as { value: unknown }).value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

/** RFC 3339, with a capital T and Z. */
export const ISO_TIME =
  '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$';

const isoTime = new RegExp(ISO_TIME);

/** The format `date-time`: an instant as ISO 8601, with its zone. */
export const isIsoTime = (value: string): boolean => isoTime.test(value) && !Number.isNaN(Date.parse(value));

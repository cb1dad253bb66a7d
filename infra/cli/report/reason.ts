/** Only what it begins with is a word of ours; the rest X or somebody else has said, and may be a username. */
export const inWords = (reason: string): string =>
  reason.replace(/^[a-z_]+(?=:|$)/, (word) => word.replaceAll('_', ' '));

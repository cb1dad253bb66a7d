/**
 * Faults of the product that are reported and not mended yet. The simulation goes on past them and counts them as
 * 'known fault: …'; with the name taken out of the list it fails again.
 */
export const KNOWN_FAULTS = ['scheduler twice, plan late', 'plan late after a refusal'] as const;

export type KnownFault = (typeof KNOWN_FAULTS)[number];

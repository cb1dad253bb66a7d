/** The people whom accounts follow: 2^20, each a function of (seed, number, day), none of them stored. */
export const PEOPLE = 2 ** 20;
const NAMES = 'Aisha Ben Carla David Emma Felix Grace Ivan Kenji Leila Maria Omar Priya Tom Zoe'.split(' ');
const RENAMED = 3; // of 1,000 a day

/** Of 1,000: taken away by X a day, two thirds suspended, one third deleted; of those taken away, given back. */
export type Losses = { lost: number; back: number };
const FOR_GOOD: Losses = { lost: 3, back: 0 };
const LONGEST_AWAY = 30; // days

/** A well mixed 32-bit number from two: all that seems random in the world comes from here. */
export function mix(a: number, b: number): number {
  let x = Math.imul(a ^ 0x3c6ef372, 0x9e3779b1) ^ Math.imul(b + 0x1b873593, 0x85ebca77);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  return (x ^ (x >>> 13)) >>> 0;
}
export const mixText = (seed: number, text: string): number => Buffer.from(text).reduce(mix, seed);

/** The first day, 1 or later, on which something happens that befalls `perMille` of 1,000 a day; never, for 0. */
export const firstDay = (hash: number, perMille: number): number =>
  1 + Math.floor(Math.log((hash + 0.5) / 2 ** 32) / Math.log1p(-perMille / 1000));

/** The n-th person whom the holder of `key` follows: one to one, so that no one is followed twice. */
export const nthPerson = (key: number, n: number): number => (Math.imul(n, 0x2545f5) + key) & (PEOPLE - 1);

/** Whoever is renamed drops the underscore: Emma_4711 becomes Emma4711. */
export function identity(seed: number, person: number, day: number) {
  const hash = mix(seed, person);
  const name = NAMES[hash % NAMES.length] ?? '';
  const username = `${name}${day < firstDay(mix(hash, 1), RENAMED) ? '_' : ''}${person}`;
  return { id: `148${`${person}`.padStart(8, '0')}${`${hash % 1e8}`.padStart(8, '0')}`, username, name };
}

/** The number of the person who has that id, if it is one of a person. */
export const personOf = (id: string): number => Number(/^148(\d{8})\d{8}$/.exec(id)?.[1]);

export function statusOf(seed: number, person: number, day: number, { lost, back }: Losses = FOR_GOOD) {
  const hash = mix(seed, person);
  const lostOn = firstDay(mix(hash, 2), lost);
  const backOn = mix(hash, 4) % 1000 < back ? lostOn + 1 + (mix(hash, 5) % LONGEST_AWAY) : Infinity;
  if (day >= lostOn && day < backOn) return hash % 3 === 0 ? 'deleted' : 'suspended';
  return hash % 32 === 0 ? 'protected' : 'active';
}

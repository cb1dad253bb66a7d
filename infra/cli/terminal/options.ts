import { InvalidArgumentError } from 'commander';

/** A parser of commander options: a whole number within bounds. */
export function wholeNumber(min: number, max: number) {
  return (text: string): number => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < min || number > max)
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    return number;
  };
}

/** A parser of commander options: US dollars. */
export function amount(text: string): number {
  if (!/^\d+(\.\d{1,6})?$/.test(text))
    throw new InvalidArgumentError('It must be an amount in US dollars, such as 12.50.');
  return Number(text);
}

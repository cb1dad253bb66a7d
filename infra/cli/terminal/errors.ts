/** Something went wrong that was to be expected: one sentence says what, why and what to do. Exit code 1. */
export class Failure extends Error {
  override readonly name: string = 'Failure';
  readonly exitCode: number = 1;
}

/** The command was called wrongly. Exit code 2. */
export class WrongUsage extends Failure {
  override readonly name = 'WrongUsage';
  override readonly exitCode = 2;
}

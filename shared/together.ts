/** A question that is asked once for all who want to know while it is under way. */
export interface SharedQuestion<Answer> {
  /** What it fails with, it fails with for all. */
  answer(): Promise<Answer>;
  /** Undefined: nobody is asking. */
  readonly underWay: Promise<Answer> | undefined;
}

export function sharedQuestion<Answer>(ask: () => Promise<Answer>): SharedQuestion<Answer> {
  let asking: Promise<Answer> | undefined;
  return {
    answer() {
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      return asking;
    },
    get underWay() {
      return asking;
    },
  };
}

/**
 * Questions that come while one is under way are asked together by the next: nobody waits for company, and of many that
 * come at a time few are asked. Each caller is given the answer to all of them; what it fails with, it fails with for all.
 */
export function askedTogether<Question, Answer>(
  ask: (questions: Question[]) => Promise<Answer>,
): (questions: Question[]) => Promise<Answer> {
  let last: Promise<unknown> = Promise.resolve();
  let next: { questions: Question[]; answer: Promise<Answer> } | undefined;
  return (questions) => {
    if (next) {
      next.questions.push(...questions);
      return next.answer;
    }
    const all = [...questions];
    const answer = last
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return ask(all);
      });
    next = { questions: all, answer };
    last = answer;
    return answer;
  };
}

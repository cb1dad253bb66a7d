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
 * Questions that come while one is under way are asked together by the next: of many that come at a time few are asked.
 * Each caller is given the answer to all of them; what it fails with, it fails with for all. After an answer `pause` is
 * waited for before the next, so that those of a while share one; by default nobody waits for company.
 */
export function askedTogether<Question, Answer>(
  ask: (questions: Question[]) => Promise<Answer>,
  pause: () => Promise<unknown> = async () => undefined,
): (questions: Question[]) => Promise<Answer> {
  let over: Promise<unknown> = Promise.resolve();
  let next: { questions: Question[]; answer: Promise<Answer> } | undefined;
  return (questions) => {
    if (next) {
      next.questions.push(...questions);
      return next.answer;
    }
    const all = [...questions];
    const answer = over.then(() => {
      next = undefined;
      return ask(all);
    });
    next = { questions: all, answer };
    over = answer.catch(() => undefined).then(pause);
    return answer;
  };
}

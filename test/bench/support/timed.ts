/** Wraps calls so that what each takes, in ms, is added to its part of `parts()`. */
export const timedInto =
  <Part extends string>(parts: () => Record<Part, number>) =>
  <A extends unknown[], R>(part: Part, call: (...args: A) => Promise<R>) =>
  async (...args: A): Promise<R> => {
    const beganMs = performance.now();
    try {
      return await call(...args);
    } finally {
      parts()[part] += performance.now() - beganMs;
    }
  };

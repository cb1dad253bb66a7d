/**
 * Preloaded (`node --import`) into the processes of a local stack whose days are driven: the time there is the system's
 * and an offset, in milliseconds, which the stack gives at the start and then by message. Whoever asks for the time is
 * told the same, our code and Google's clients alike; timers run as ever. So publish times, X's windows, budgets of a day
 * and CURRENT_TIMESTAMP() agree. It is no part of what is deployed, and no setting of a function leads to it.
 */
let offsetMs = Number(process.env.DRIVEN_TIME_OFFSET_MS);

const systemNow = Date.now;
const now = () => systemNow() + offsetMs;

Date.now = now;
globalThis.Date = new Proxy(Date, {
  construct: (date, args, target) => Reflect.construct(date, args.length === 0 ? [now()] : args, target),
  apply: () => new Date().toString(),
});

process.on('message', ({ offsetMs: told }: { offsetMs?: number }) => {
  if (told === undefined) return;
  offsetMs = told;
  process.send?.({ offsetMs });
});

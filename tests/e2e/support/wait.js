// Waiting for something with a deadline. Nothing here sleeps for a fixed time and hopes.
const patience = Number(process.env.E2E_PATIENCE_MS ?? 60_000);  // machines that test are busy

/** The promise's result, or an error that says what did not come. `what`: text, or a function that makes it. */
export function within(promise, what, deadline = patience) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`not within ${deadline} ms: ${typeof what === 'function' ? what() : what}`));
    }, deadline);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Asks again and again until the answer is not `undefined`, `null` or `false`; for what tells nobody of itself. */
export async function eventually(ask, what, deadline = patience) {
  const end = performance.now() + deadline;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`not within ${deadline} ms: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
}

/** A promise with its ends outside of it. */
export function deferred() {
  const ends = {};
  ends.promise = new Promise((resolve, reject) => Object.assign(ends, { resolve, reject }));
  ends.promise.catch(() => {});  // who waits for it hears of it; nobody need wait
  return ends;
}

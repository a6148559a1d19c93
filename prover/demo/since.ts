/** Milliseconds of the epoch: when `npm start` was called, as it says itself, or when this process began. */
const told = Number(process.env.TACIT_STARTED);
const started = told > 0 && told <= Date.now() ? told : performance.timeOrigin;

/** Seconds since then. */
export const sinceStart = (): number => (Date.now() - started) / 1000;

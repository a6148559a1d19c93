/** Every refusal of bad input is a `TacitError`: a stable code, what is wrong and where, and how to fix it. */
export class TacitError extends Error {
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "TacitError";
    this.code = code;
    this.hint = options.hint;
  }
}

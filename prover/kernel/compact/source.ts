import { refusal } from "../binary.ts";
import { KEY } from "../key.ts";

/** A key file from its first byte to its last, of known length. */
export interface Source {
  readonly bytes: number;
  /** The next `count` bytes, in memory of their own. @throws TacitError `BAD_KEY` when there are fewer */
  read(count: number): Promise<Uint8Array<ArrayBuffer>>;
  /** To be called after the last read. @throws TacitError `BAD_KEY` when the file goes on or is not the expected one */
  end(): Promise<void>;
}

const short = () => refusal(KEY, "ends too early");

/** A file at hand, which whoever read it has checked. */
export function fileSource(file: Uint8Array): Source {
  let at = 0;
  return {
    bytes: file.length,
    async read(count) {
      if (count > file.length - at) throw short();
      at += count;
      return new Uint8Array(file.subarray(at - count, at));
    },
    async end() {
      if (at !== file.length) throw refusal(KEY, "goes on after its last part");
    },
  };
}

/**
 * A file that arrives. Its hash is known only when all of it is here, and it is kept until then.
 * @param expected what the manifest names
 */
export function streamSource(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  expected: { readonly bytes: number; readonly sha256: string },
): Source {
  const reader = stream.getReader();
  const whole = new Uint8Array(expected.bytes);
  let arrived = 0;
  let at = 0;
  /** @returns whether there was more */
  const more = async (): Promise<boolean> => {
    const { done, value } = await reader.read();
    if (done) return false;
    if (value.length > whole.length - arrived) {
      await reader.cancel().catch(() => {});
      throw refusal(KEY, `is longer than its ${expected.bytes} bytes`);
    }
    whole.set(value, arrived);
    arrived += value.length;
    return true;
  };
  return {
    bytes: expected.bytes,
    async read(count) {
      if (count > whole.length - at) throw short();
      while (arrived - at < count) if (!(await more())) throw short();
      at += count;
      return whole.slice(at - count, at);
    },
    async end() {
      while (await more());
      if (arrived !== whole.length || at !== whole.length) throw short();
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
      const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
      if (hash !== expected.sha256) throw refusal(KEY, "is not the file that was expected: its SHA-256 differs");
    },
  };
}

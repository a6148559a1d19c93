import type { ImportFile } from "../../import/read.ts";
import { TacitError } from "../../units/errors.ts";
import { byId } from "./dom.ts";

const MOST_BYTES = 64e6;

/** A file that was chosen or dropped, in memory. */
export interface GivenFile extends ImportFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Calls back with the files that are chosen in the page's field, or dropped anywhere on the page. */
export function onFiles(take: (files: readonly GivenFile[]) => void, failed: (error: unknown) => void): void {
  const field = byId<HTMLInputElement>("files");
  const zone = byId("drop");
  const read = (list: FileList | undefined | null) => {
    const files = [...(list ?? [])];
    if (files.length > 0) void Promise.all(files.map(readGiven)).then(take, failed);
  };
  field.addEventListener("change", () => {
    read(field.files);
    // The same file can be chosen again after it was changed.
    field.value = "";
  });
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  document.addEventListener("dragleave", () => zone.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    read(event.dataTransfer?.files);
  });
}

async function readGiven(file: File): Promise<GivenFile> {
  if (file.size > MOST_BYTES) throw new TacitError("BAD_FILE", `${file.name} is larger than any file of this kind`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    return { name: file.name, bytes, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    throw new TacitError("BAD_FILE", `${file.name} is not UTF-8 text`, { hint: "Export it as JSON or CSV." });
  }
}

/** Which of our own kinds a file says it is. */
export function schemaOf(text: string): "market" | "account" | "proof" | undefined {
  const head = /"\$schema"\s*:\s*"urn:tacit:(market|account|proof)"/.exec(text.slice(0, 400));
  return head?.[1] as "market" | "account" | "proof" | undefined;
}

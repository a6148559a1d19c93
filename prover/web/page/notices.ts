import { byId, fill, h } from "./dom.ts";
import { explainError } from "./words.ts";

const READING_MS = 5000;
let fading: ReturnType<typeof setTimeout> | undefined;

/**
 * What the page is doing, for the eye and for screen readers.
 * @param passing of a thing done, which is taken away again once it was read
 */
export function tell(text: string, passing = false): void {
  const status = byId("status");
  clearTimeout(fading);
  status.textContent = text;
  status.hidden = text === "";
  if (passing) {
    fading = setTimeout(() => {
      status.hidden = true;
    }, READING_MS);
  }
}

export function showProblem(error: unknown): void {
  const { message, hint } = explainError(error);
  fill(byId("problem"), h("p", {}, h("strong", {}, message)), hint !== undefined && h("p", {}, hint));
  byId("problem").scrollIntoView({ block: "nearest" });
}

export function clearProblem(): void {
  byId("problem").hidden = true;
}

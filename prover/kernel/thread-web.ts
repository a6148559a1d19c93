import { type Request, serve } from "./serve.ts";

// The part of a dedicated worker's global scope that is used: the project's types are those of a page.
interface WorkerScope {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(message: unknown, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;
const answer = serve();
scope.onmessage = ({ data }) => {
  const { response, transfer } = answer(data);
  scope.postMessage(response, transfer);
};

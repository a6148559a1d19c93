import { loadAddon } from "./addon.ts";

/** Whether the native kernel has been built (`npm run build:native`) and loads on this machine. */
export function nativeAvailable(): boolean {
  try {
    return loadAddon().paths.length > 0;
  } catch {
    return false;
  }
}
